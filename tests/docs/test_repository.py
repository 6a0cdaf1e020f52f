"""What must not be in a repository that others open: paths of one machine, addresses of package registries."""

import re
import subprocess

from page_kit import ROOT

# Written in pieces, so that this file does not find itself.
MACHINE = re.compile("(?<![\\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"]) + ")/")
HOSTS = re.compile("|".join(["py" + r"pi\.org", "pythonhos" + r"ted\.org", "conda\\.ana" + "conda", r"index-" + "url"]))


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_no_paths_of_a_machine_and_no_registry_addresses():
    faults = []
    for path in tracked():
        if path.suffix in {".parquet", ".png"} or not path.is_file():
            continue
        text = path.read_text("utf-8", errors="replace")
        for pattern in (MACHINE, HOSTS):
            faults += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert not faults


def test_large_and_made_files_stay_out():
    names = [p.relative_to(ROOT).as_posix() for p in tracked() if p.is_file()]
    assert not [n for n in names if n.startswith(("out/", ".venv", "dist/")) or "__pycache__" in n]
    assert not [p for p in tracked() if p.is_file() and p.stat().st_size > 1_000_000]
