#!/bin/sh
# The core suite once more on Python 3.13, in an environment of its own.
set -eu
if command -v pyenv >/dev/null 2>&1; then
  PYENV_VERSION=$(pyenv versions --bare | grep '^3\.13' | tail -n 1)
  export PYENV_VERSION
fi
.venv/bin/uv venv -q --clear -p "$(PYENV_VERSION=${PYENV_VERSION:-} sh -c 'command -v python3.13')" .venv-313
.venv/bin/uv pip install -q -p .venv-313/bin/python -c constraints.txt -e '.[test,web]'
.venv-313/bin/python --version
.venv-313/bin/pytest -q -n "${WORKERS:-2}" --dist loadgroup -m 'not (spark or oracle_r or browser or slow or shared)'
