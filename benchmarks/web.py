"""The workspace under load: 20,000 people, 200 practitioners, the server that the product runs; SQLite and PostgreSQL.

    python benchmarks/web.py                                            # SQLite
    sh scripts/with_postgres.sh python benchmarks/web.py                # PostgreSQL
    python benchmarks/web.py --people 500 --seconds 10                  # to try it

Each page is first opened alone, for its queries and its processor time; then everybody opens pages and saves at once, each
page over a connection of its own, as through a proxy. Style sheets and script, which a browser keeps, are not asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).parent
PEOPLE = 20_000
THINK = 20.0
"""Seconds between two pages of one user, on average."""

# What a practitioner's day is made of: weight, name, address. `save` opens the form, sends it, and opens the page that follows.
PAGES = {
    "practitioner": [
        (12, "home", "/"),
        (20, "person", "/people/{person}/"),
        (12, "plan", "/people/{person}/plan/"),
        (12, "contacts", "/people/{person}/contacts/"),
        (8, "map", "/people/{person}/map/"),
        (6, "budget", "/people/{person}/budget/"),
        (6, "diary", "/diary/"),
        (4, "reviews", "/people/{person}/reviews/"),
        (4, "gate list", "/gate/"),
        (3, "search, as spelt", "/people/?q=ba"),
        (2, "search, near", "/people/?q=bafen+harispers"),
        (11, "save a contact", "/people/{person}/contacts/log/"),
    ],
    "coordinator": [(3, "monday", "/monday/"), (2, "home, coordinator", "/"), (2, "approvals", "/approvals/")],
    "person": [(3, "me", "/me/"), (2, "my plan", "/me/plan/"), (1, "my money", "/me/money/")],
}
SAID = {"medium": "face", "setting": "community", "summary": "Talked about the flat"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serve(home: Path, port: int) -> subprocess.Popen[bytes]:
    """The server, as `resettle serve` starts it."""
    command = [sys.executable, "-m", "resettle", "serve", "--demo", "--home", str(home), "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return server
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server did not start: {(home / 'server.log').read_text()}")


def busy(server: subprocess.Popen[bytes]) -> float:
    """Processor seconds of the server's processes so far (Linux)."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    ticks = 0
    for pid in (str(server.pid), *children):
        ticks += sum(int(part) for part in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


class User:
    """Somebody who opens pages, thinks, and opens the next."""

    def __init__(self, port: int, role: str, who: dict, seed: int, kept: list) -> None:
        self.port, self.role, self.who, self.kept = port, role, who, kept
        self.rng = random.Random(seed)

    def ask(self, name: str, path: str, body: dict | None = None) -> str:
        """One page, timed from the first byte sent to the last received."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"sessionid={self.who['session']}; csrftoken={'a' * 32}", "Host": "localhost"}
        begin = time.perf_counter()
        if body is None:
            connection.request("GET", path, headers=headers)
        else:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://localhost{path}"}
            connection.request("POST", path, urlencode({**body, "csrfmiddlewaretoken": "a" * 32}), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.kept.append((name, time.perf_counter() - begin, answer.status, 302 if body is not None else 200))
        connection.close()
        return text

    def turn(self) -> None:
        """One page, or one save."""
        pages = PAGES[self.role]
        _, name, path = self.rng.choices(pages, [weight for weight, _, _ in pages])[0]
        path = path.format(person=self.rng.choice(self.who["people"]))
        if not name.startswith("save"):
            self.ask(name, path)
            return
        form = self.ask("form of a contact", path)
        self.ask(name, path, {**filled(form), **SAID})
        self.ask("contacts", path.removesuffix("log/"))

    def live(self, until: float) -> None:
        """Pages until the time is over."""
        time.sleep(self.rng.uniform(0, min(THINK, max(0.0, until - time.monotonic()))))
        while time.monotonic() < until:
            try:
                self.turn()
            except OSError as error:
                self.kept.append((f"error: {error}", 60.0, 0, 200))
            time.sleep(min(self.rng.expovariate(1 / THINK), max(0.0, until - time.monotonic())))


def filled(form: str) -> dict[str, str]:
    """What the boxes of a form hold already."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if values.get("type") == "text" and "name" in values:
            found[values["name"]] = values.get("value", "")
    return found


def together(port: int, server: subprocess.Popen[bytes], who: dict, seconds: int) -> dict:
    """Everybody at once."""
    kept: list = []
    until = time.monotonic() + seconds
    users = [User(port, role, one, n, kept) for role in PAGES for n, one in enumerate(who[role])]
    threads = [threading.Thread(target=user.live, args=(until,)) for user in users]
    before, own, load = busy(server), time.process_time(), os.getloadavg()[0]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "users": dict(Counter(user.role for user in users)),
        "seconds": seconds,
        "processor": busy(server) - before,
        "own": time.process_time() - own,
        "load": [load, os.getloadavg()[0]],
        "asked": kept,
    }


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--people", type=int, default=PEOPLE)
    read.add_argument("--seconds", type=int, default=90)
    chosen = read.parse_args()
    database = "PostgreSQL" if os.environ.get("RESETTLE_DATABASE") else "SQLite"
    with tempfile.TemporaryDirectory(prefix="resettle-web-") as folder:
        home = Path(folder)
        begin = time.perf_counter()
        made = subprocess.run(
            [sys.executable, str(HERE / "web_people.py"), folder, str(chosen.people)],
            check=True,
            stdout=subprocess.PIPE,
        )
        print(f"{chosen.people} people made in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        who = json.loads(made.stdout)
        (home / "who.json").write_text(json.dumps({"who": who, "pages": PAGES}))
        alone = subprocess.run(
            [sys.executable, str(HERE / "web_alone.py"), folder], check=True, stdout=subprocess.PIPE
        ).stdout
        port = free_port()
        server = serve(home, port)
        try:
            found = together(port, server, who, chosen.seconds)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    write(database, chosen.people, json.loads(alone), found)


def write(database: str, people: int, alone: dict, found: dict) -> None:
    """Print the table, and keep it with the figures."""
    times, wrong = defaultdict(list), []
    for name, seconds, status, wanted in found["asked"]:
        times[name].append(1000 * seconds)
        if status != wanted:
            wrong.append(f"{name}: {status}")
    every = [one for name in times for one in times[name]]
    rows = [
        {"page": name, "asked": len(each), "p50": at(each, 50), "p95": at(each, 95), **alone.get(name, {})}
        for name, each in sorted(times.items(), key=lambda one: -len(one[1]))
    ]
    summary = {
        "database": database,
        "people": people,
        **{name: found[name] for name in ("users", "seconds", "load")},
        "asked": len(every),
        "p50": at(every, 50),
        "p95": at(every, 95),
        "processor_ms": 1000 * found["processor"] / max(1, len(every)),
        "callers_ms": 1000 * found["own"] / max(1, len(every)),
        "wrong": wrong[:20],
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
    }
    out = HERE / ("results" if people == PEOPLE else "data") / f"web-{database.lower()}.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({**summary, "pages": rows}, indent=1) + "\n", "utf-8")
    text = words(summary, rows)
    out.with_suffix(".md").write_text(text, "utf-8")
    print(text)


def at(values: list[float], percent: int) -> float:
    """A percentile, by the nearest rank."""
    ranked = sorted(values)
    return round(ranked[max(0, -(-len(ranked) * percent // 100) - 1)], 1) if ranked else 0.0


def words(summary: dict, rows: list[dict]) -> str:
    """The result as a page."""
    users = ", ".join(f"{n} as {role}" for role, n in summary["users"].items())
    lines = [
        f"# The workspace under load: {summary['database']}",
        "",
        f"{summary['people']:,} people; {users}; a page every {THINK:.0f} seconds each, for {summary['seconds']} seconds.",
        "The server that `resettle serve` starts: two processes of four threads. Milliseconds; alone is one page at a",
        "time, by processor time.",
        "",
        "| page | asked | median | p95 | alone, processor | queries |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cost = (f"{row['processor']:.0f}", row["queries"]) if "queries" in row else ("", "")
        lines.append(
            f"| {row['page']} | {row['asked']} | {row['p50']:.0f} | {row['p95']:.0f} | {cost[0]} | {cost[1]} |"
        )
    load = " to ".join(f"{one:.1f}" for one in summary["load"])
    lines += [
        f"| all | {summary['asked']} | {summary['p50']:.0f} | {summary['p95']:.0f} | | |",
        "",
        f"{len(summary['wrong'])} wrong answers. {summary['processor_ms']:.0f} ms of processor a page under load, and "
        f"{summary['callers_ms']:.1f} ms of those who ask. "
        f"Python {summary['python']}, {summary['cores']} cores, load of the machine {load} while it ran.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
