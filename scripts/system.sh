#!/bin/sh
# System packages that only `make test-all` needs: a browser, the fonts its pages ask for, R as a second opinion, Java for Spark.
# With `bench`: MatchIt too, which the benchmark of matching is held against.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium fonts-liberation"
command -v Rscript >/dev/null 2>&1 || missing="$missing r-base-core"
[ -d /usr/lib/R/library/survival ] || [ -d /usr/lib/R/site-library/survival ] || missing="$missing r-cran-survival"
for package in matchit carData sandwich; do
  case $package in matchit) library=MatchIt ;; *) library=$package ;; esac
  [ -d "/usr/lib/R/site-library/$library" ] || missing="$missing r-cran-$(echo $package | tr '[:upper:]' '[:lower:]')"
done
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
if [ "${1:-}" = bench ]; then
  [ -d /usr/lib/R/library/MatchIt ] || [ -d /usr/lib/R/site-library/MatchIt ] || missing="$missing r-cran-matchit r-cran-sandwich"
fi
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
  echo "make ${1:-test-all} needs these packages; please install them:$missing" >&2
  exit 1
fi
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
