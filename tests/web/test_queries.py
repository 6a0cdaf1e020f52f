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
    many, nowhere = [], set()
    for role, (client, pages) in caseload.items():
        for name, path in pages.items():
            if path is None:
                nowhere.add(name)
                continue
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            if len(asked) > MOST:
                many.append(f"{role} {name}: {len(asked)}")
    assert many == []
    assert nowhere <= NOT_THERE
