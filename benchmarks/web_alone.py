"""Each page of the benchmark alone: its queries and its processor time, in one process. `python benchmarks/web_alone.py FOLDER`."""

from __future__ import annotations

import json
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

REPEATS = 7


def measure(client: Any, path: str) -> dict[str, float]:
    """The median of a few times, after one that warms up; and the queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, headers={"host": "localhost"})
        queries = len(asked)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    spent = []
    for _ in range(REPEATS):
        begin = time.process_time()
        client.get(path, headers={"host": "localhost"})
        spent.append(1000 * (time.process_time() - begin))
    return {"queries": queries, "processor": statistics.median(spent)}


def main(home: str) -> None:
    """Measure every page as the first of each role."""
    from resettle.web import serve

    serve.ready(Path(home), True)
    from django.test import Client

    import_module("resettle.web.wsgi")  # loads what the server loads before its first page
    given, found = json.loads((Path(home) / "who.json").read_text()), {}
    for role, pages in given["pages"].items():
        who = given["who"][role][0]
        client = Client()
        client.cookies["sessionid"] = who["session"]
        for _, name, path in pages:
            found["form of a contact" if name.startswith("save") else name] = measure(
                client, path.format(person=who["people"][0])
            )
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
