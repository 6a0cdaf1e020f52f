"""A workspace that runs as its users have it, and somebody who walks through it in a browser."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROUTES = Path(__file__).parents[1] / "workspace_routes.py"
WIDE, NARROW = 1280, 320


@contextmanager
def browser():
    """Chromium, for a program that is no test."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Workspace:
    """A workspace of its own in a folder, full or on its first day, behind the server that the product runs."""

    def __init__(self, home, kind):
        self.home = home
        # The settings are the product's own, not those of the tests that run beside.
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "RESETTLE_"))}
        made = subprocess.run([sys.executable, ROUTES, home, kind], check=True, stdout=subprocess.PIPE, env=own)
        self.roles = json.loads(made.stdout.splitlines()[-1])  # before it, that the styles were fetched
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = (home / "server.log").open("wb")
        command = [sys.executable, "-m", "resettle", "serve", "--demo", "--home", home, "--port", str(port)]
        self.server = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=own)
        self.wait(port)

    def wait(self, port):
        for _ in range(1200):
            try:
                return socket.create_connection(("127.0.0.1", port), 0.2).close()
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self.home / "server.log").read_text())

    def stop(self):
        self.server.terminate()
        self.server.wait()
        self.log.close()

    def cookie(self, role):
        return {"name": "sessionid", "value": self.roles[role]["session"], "url": self.url}

    def pages(self, role):
        """The addresses of the pages that a role opens, by name."""
        return {name: path for name, path in self.roles[role]["pages"].items() if path}


class Walker:
    """One person at a browser, signed in by a session; complains of what the browser complains of."""

    def __init__(self, chromium, workspace, role=None, width=WIDE, scripts=True):
        self.site, self.complaints = workspace, []
        self.context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        if role:
            self.context.add_cookies([workspace.cookie(role)])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def heard(self, message):
        # A form that must be mended answers 422, and a browser says so.
        if message.type == "error" and "422" not in message.text:
            self.complaints.append(message.text)

    def go(self, path):
        """Open an address; gives the words of the page."""
        self.page.goto(self.site.url + path)
        return self.words()

    def words(self):
        return self.page.inner_text("main")

    def follow(self, link):
        """Follow a link by its words."""
        self.page.locator("main a", has_text=re.compile(link)).first.click()
        self.page.wait_for_load_state()
        return self.words()

    def fill(self, **values):
        for name, value in values.items():
            box = self.page.locator(f"main [name={name}]").first
            kind = box.get_attribute("type") or box.evaluate("e => e.tagName.toLowerCase()")
            if kind in ("radio", "checkbox"):
                self.page.check(f"main [name={name}][value='{value}']")
            elif kind == "select":
                box.select_option(value) if isinstance(value, str) else box.select_option(**value)
            else:
                box.fill(value)

    def send(self, **values):
        """Fill boxes and send the form; gives the words of the page that follows."""
        self.fill(**values)
        self.page.locator(
            "main form[method=post] button[type=submit], main form[method=post] button:not([type])"
        ).first.click()
        self.page.wait_for_load_state()
        return self.words()

    def id_of(self, kind):
        """The number of a thing in the address of this page: `id_of("people")`."""
        return re.search(rf"/{kind}/([0-9a-f-]{{36}})/", self.page.url).group(1)
