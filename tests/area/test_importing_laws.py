"""What must hold of every import, whatever the rows."""

import random
import tempfile
from pathlib import Path

from area_kit import bring, made, stored
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.area.importing import quarantined

HEADER = "person_id,birth_date,sex,ethnicity\n"
CELLS = st.tuples(
    st.sampled_from(["P1", "P2", "P3", "P4", "P5", "", "NULL"]),
    st.sampled_from(["", "1980-01-02", "1985-06-30", "1980-02-31", "44000", "1/2/1980"]),
    st.sampled_from(["M", "F", "", "m"]),
    st.sampled_from(["W1", "", "?"]),
)
ROWS = st.lists(CELLS.map(",".join), max_size=12)


def text(rows):
    return HEADER + "".join(f"{row}\n" for row in rows)


def held(area):
    return stored(area, "person"), sorted(map(tuple, quarantined(area)["cells"].to_pylist()))


@settings(max_examples=settings.default.max_examples // 5)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_counts_add_up_repeats_add_nothing_and_order_does_not_matter(rows, seed):
    with tempfile.TemporaryDirectory() as folder:
        area, other = made(Path(folder) / "a"), made(Path(folder) / "b")
        filled = [row for row in rows if row.strip(",")]
        report = bring(area, "person", text(rows))
        assert report.read == len(filled)
        first = held(area)
        assert (len(first[0]), len(first[1])) == (report.kept, report.quarantined)
        again = bring(area, "person", text(rows))
        assert (again.kept, again.quarantined, held(area)) == (0, report.quarantined, first)
        shuffled = random.Random(seed).sample(rows, len(rows))
        bring(other, "person", text(shuffled))
        assert held(other) == first


@settings(max_examples=settings.default.max_examples // 8)
@given(rows=ROWS, cut=st.integers(0, 12))
def test_a_file_split_in_two_gives_the_same(rows, cut):
    one_each = list({row.split(",")[0]: row for row in rows if row.split(",")[0].startswith("P")}.values())
    with tempfile.TemporaryDirectory() as folder:
        area, other = made(Path(folder) / "a"), made(Path(folder) / "b")
        bring(area, "person", text(one_each))
        bring(other, "person", text(one_each[:cut]), name="first.csv")
        bring(other, "person", text(one_each[cut:]), name="second.csv")
        assert held(other) == held(area)


@settings(max_examples=settings.default.max_examples // 8)
@given(rows=ROWS)
def test_every_mended_row_comes_in(rows):
    with tempfile.TemporaryDirectory() as folder:
        area = made(Path(folder) / "a")
        report = bring(area, "person", text(rows))
        mended = [f"Q{i},1980-01-02,M,W1" for i, _ in enumerate(quarantined(area)["cells"].to_pylist())]
        ids = quarantined(area)["quarantine_id"].to_pylist()
        lines = "".join(f"{number},{row}\n" for number, row in zip(ids, mended, strict=True))
        after = bring(area, "person", f"_quarantine_id,{HEADER}{lines}", name="mended.csv")
        assert (after.kept, after.mended) == (report.quarantined, report.quarantined)
        assert quarantined(area).num_rows == 0
        assert len(stored(area, "person")) == report.kept + report.quarantined
