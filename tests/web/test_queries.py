"""How many queries a page asks, for every role and every page, about whoever in an invented caseload has most to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

MOST = 20
# What the invented caseload does not hold, so that there is no address to ask for.
NOT_THERE = {"message_cancel", "split", "hold_end", "retention_person", "measure_move", "fact_move"}


@pytest.fixture
def caseload(db):
    from resettle.web.caseload import fill
    from workspace_routes import addresses

    fill({}, people=12)
    return addresses()


def test_no_page_asks_more_than_twenty_queries(caseload):
    many, somewhere = [], set()
    for role, (client, pages) in caseload.items():
        for name, path in pages.items():
            if path is None:
                continue
            somewhere.add(name)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            if len(asked) > MOST:
                many.append(f"{role} {name}: {len(asked)}")
    assert many == []
    assert {name for _, pages in caseload.values() for name in pages} - somewhere <= NOT_THERE
