"""Outcomes as columns: text as numbers, files of many rows, and statements that never depend on the order of rows."""

import random
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from contract_kit import TARIFF, contract, outcome
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning import Evidence, Outcomes, settle
from resettle.commissioning.evidence import read_evidence
from resettle.commissioning.settlement.keys import codes_of, in_order, rank_of
from resettle.errors import BadInput

TEXTS = st.lists(
    st.text(max_size=6)
    | st.integers(0, 20).map(lambda n: f"p{n:07d}")
    | st.integers(0, 9).map(lambda n: "k" * 70 + str(n)),
    max_size=30,
)
KEYS = st.integers(0, 20).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(-(2**40), 2**40) | st.integers(-1, 1), min_size=n, max_size=n), min_size=1, max_size=4
    )
)


@given(TEXTS | st.lists(st.uuids().map(str), max_size=30).map(lambda ids: ids + ids[::3]), st.integers(0, 30))
def test_numbers_of_text_are_in_the_order_of_the_text(texts, cut):
    column = pa.chunked_array([pa.array(texts[:cut], pa.string()), pa.array(texts[cut:], pa.string())])
    place = {text: n for n, text in enumerate(sorted(set(texts), key=lambda t: t.encode()))}
    for rank, size in (rank_of(column), codes_of(column)):
        assert len(rank) == len(texts) and all(0 <= r < size for r in rank)
        order = np.unique(rank, return_inverse=True)[1]
        assert [place[t] for t in texts] == order.tolist()
    assert codes_of(column)[1] <= 4 * len(texts) + 1


@given(KEYS)
def test_rows_are_sorted_as_tuples_and_ties_keep_their_order(keys):
    rows = list(zip(*keys, strict=True))
    expected = sorted(range(len(rows)), key=lambda n: rows[n])
    assert in_order(*(np.array(key, dtype=np.int64) for key in keys)).tolist() == expected


def rows_of_all_kinds():
    draw = random.Random(5)
    return [
        outcome(
            n,
            person=f"p{draw.randrange(25)}",
            code=draw.choice(["home", "work", "home", "recalled"]),
            observed_on=date(2024, 1, 1) + timedelta(days=draw.randrange(360)),
            band=draw.choice([None, "low", "medium", "high"]),
            band_by=draw.choice(["gmca", "provider"]),
        )
        for n in range(80)
    ]


def terms():
    banding = '[population.banding]\nassessor = "gmca"\n'
    return contract(banding, TARIFF, '[[payments.reclaim]]\non = "recalled"\nwithin_months = 4\nshare = "0.5"\n')


def test_lines_stand_in_the_same_order_whatever_the_order_of_the_rows():
    rows = rows_of_all_kinds()
    first = settle(terms(), Evidence(outcomes=tuple(rows)), date(2024, 12, 31))
    assert any(line.rule == "reclaim" for line in first.lines)
    assert any(line.inputs.get("band") == "lowest" for line in first.lines)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert settle(terms(), Evidence(outcomes=tuple(rows)), date(2024, 12, 31)) == first


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_file_of_many_rows_settles_as_the_rows_do(tmp_path, kind):
    rows, file = rows_of_all_kinds(), tmp_path / f"outcomes.{kind}"
    held = Outcomes.of(rows)
    plain = held.table.cast(
        pa.schema([(n, pa.date32() if n.endswith("_on") else pa.string()) for n in held.table.column_names])
    )
    table = plain.append_column("office", pa.array(["A"] * len(rows)))
    (pyarrow.parquet if kind == "parquet" else pyarrow.csv).__dict__[
        "write_table" if kind == "parquet" else "write_csv"
    ](table, file)
    read = read_evidence(file, terms())
    assert read.outcomes == held and list(read.outcomes) == rows
    assert read.provenance.inputs.keys() == {file.name}
    found = settle(terms(), read, date(2024, 12, 31))
    assert found.lines == settle(terms(), Evidence(outcomes=tuple(rows)), date(2024, 12, 31)).lines


BROKEN_FILES = {
    "a column missing": ("person,lot\np1,lot-1\n", "a column is missing"),
    "no date": (
        "evidence_id,person,lot,outcome,observed_on,verification\n1,p,lot-1,home,soon,document\n",
        "row 2, observed_on: not a date",
    ),
    "a row too long": (
        "evidence_id,person,lot,outcome,observed_on,verification\n1,p,lot-1,home\n",
        "row 2: a row of another length",
    ),
    "an empty id": (
        "evidence_id,person,lot,outcome,observed_on,verification\n,p,lot-1,home,2024-02-01,document\n",
        "an empty value",
    ),
    "an empty lot": (
        "evidence_id,person,lot,outcome,observed_on,verification\n1,p,,home,2024-02-01,document\n",
        "an empty value",
    ),
    "unknown verification": (
        "evidence_id,person,lot,outcome,observed_on,verification\n1,p,lot-1,home,2024-02-01,hearsay\n",
        "not one of the known values",
    ),
    "another lot alone": (
        "evidence_id,person,lot,outcome,observed_on,verification\n1,p,lot-2,home,2024-02-01,document\n",
        "evidence for another lot",
    ),
    "nothing": ("", "an empty file"),
    "a column twice": (
        "evidence_id,person,lot,outcome,observed_on,verification,person\n1,p,lot-1,home,2024-02-01,document,q\n",
        "a column stands twice",
    ),
    "no verification in the second row": (
        "evidence_id,person,lot,outcome,observed_on,verification\n1,p,lot-1,home,2024-02-01,document\n"
        "2,p,lot-1,home,2024-02-01,\n",
        "row 3.*an empty value",
    ),
}


@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_broken_file_of_rows_has_one_clear_error(tmp_path, name):
    text, said = BROKEN_FILES[name]
    file = tmp_path / "outcomes.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=said) as caught:
        read_evidence(file, terms())
    assert "outcomes.csv" in str(caught.value)


def test_a_file_that_only_says_parquet_is_refused(tmp_path):
    file = tmp_path / "outcomes.parquet"
    file.write_bytes(b"PAR1 is not enough")
    with pytest.raises(BadInput, match="not a Parquet file"):
        read_evidence(file, terms())
    with pytest.raises(BadInput, match="no such file"):
        read_evidence(tmp_path / "none.parquet", terms())


def test_a_csv_in_another_encoding_is_refused(tmp_path):
    file = tmp_path / "outcomes.csv"
    file.write_bytes(
        "evidence_id,person,lot,outcome,observed_on,verification\n1,é,lot-1,home,2024-02-01,document\n".encode(
            "latin-1"
        )
    )
    with pytest.raises(BadInput, match="UTF-8"):
        read_evidence(file, terms())
