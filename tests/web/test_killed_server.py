"""kill -9 of the server while people save, again and again: whatever was confirmed is there, and nothing is half there."""

import http.cookiejar
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from test_backup import environment, fresh, rows

pytestmark = pytest.mark.slow
ROUNDS, SAVERS = 4, 3
MAKE = """
import sys, pathlib
home = pathlib.Path(sys.argv[1])
(home / "demo").touch()
from resettle.web.serve import ready
ready(home, True)
from datetime import date
from resettle.web.access.models import User
from resettle.web.people.models import Person
worker = User.objects.create_user("w@example.org", "A worker", "practitioner", "a long enough password")
one = Person.objects.create(name="Ada Example", birth_date=date(1990, 5, 17), added_by=worker)
one.relationships.create(worker=worker, role="practitioner", begin=date(2026, 1, 5))
print(one.pk)
"""
LOOK = """
import sys, pathlib
from resettle.web.serve import ready
ready(pathlib.Path(sys.argv[1]), True)
from resettle.web.access.audit import broken_at
print(broken_at())
"""


class Saver:
    """Somebody signed in who adds one strength after another."""

    def __init__(self, base):
        jar = http.cookiejar.CookieJar()
        self.base, self.open = base, urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar)).open

    def send(self, path, values):
        page = self.open(self.base + path, timeout=120).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        body = urllib.parse.urlencode({**values, "csrfmiddlewaretoken": token}).encode()
        return self.open(urllib.request.Request(self.base + path, body, {"Referer": self.base + path}), timeout=120)

    def sign_in(self):
        self.send("/accounts/login/", {"login": "w@example.org", "password": "a long enough password"})


def save_until_it_falls(saver, path, name, confirmed):
    for n in range(10_000):
        try:
            answer = saver.send(path, {"text": f"{name} {n}"})
        except (OSError, urllib.error.URLError, http.client.HTTPException, TypeError):
            return
        assert answer.status == 200 and answer.url.endswith("/plan/")
        confirmed.append(f"{name} {n}")


def serve(home, port, address):
    """A server in a process group of its own, once it answers."""
    command = [sys.executable, "-m", "resettle", "serve", "--demo", "--home", str(home), "--port", str(port)]
    server = subprocess.Popen(command, env=environment(address), stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5)
            return server
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    os.killpg(server.pid, signal.SIGKILL)
    raise AssertionError("the server did not start")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_every_confirmed_save_is_there_after_each_kill_and_none_is_half_there(tmp_path):
    home, seed = tmp_path / "home", random.Random(11)
    home.mkdir()
    confirmed = []
    with fresh("killed") as address:
        made = subprocess.run(
            [sys.executable, "-c", MAKE, str(home)],
            env=environment(address),
            check=True,
            capture_output=True,
            text=True,
        )
        path = f"/people/{made.stdout.split()[-1]}/plan/strengths/add/"
        for round_ in range(ROUNDS):
            port = free_port()
            server = serve(home, port, address)
            try:
                savers = [Saver(f"http://127.0.0.1:{port}") for _ in range(SAVERS)]
                for saver in savers:
                    saver.sign_in()
                work = [
                    threading.Thread(target=save_until_it_falls, args=(saver, path, f"r{round_} s{n}", confirmed))
                    for n, saver in enumerate(savers)
                ]
                before = len(confirmed)
                for one in work:
                    one.start()
                deadline = time.monotonic() + 240
                while len(confirmed) < before + 5 and time.monotonic() < deadline:
                    time.sleep(0.05)
                time.sleep(seed.uniform(0, 0.5))
            finally:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
            for one in work:
                one.join()
            assert len(confirmed) >= before + 5
            kept = [text for (text,) in rows(address, home, "SELECT text FROM plans_strength")]
            assert set(confirmed) <= set(kept) and len(kept) == len(set(kept))
            # Each save is in the record of who changed what, and each change in the record was saved: never one without the other.
            changes = rows(
                address, home, "SELECT count(*) FROM access_accessevent WHERE verb = 'change' AND page = 'strength_add'"
            )
            assert changes[0][0] == len(kept) <= len(confirmed) + (round_ + 1) * SAVERS
        look = subprocess.run(
            [sys.executable, "-c", LOOK, str(home)],
            env=environment(address),
            check=True,
            capture_output=True,
            text=True,
        )
        assert look.stdout.split()[-1] == "None"
