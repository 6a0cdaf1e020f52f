"""Ballots read from a table, and every fault in one with its row."""

import pytest

from resettle.errors import BadInput
from resettle.reinvestment.rounds.ballots import read_ballots


def read(tmp_path, text):
    file = tmp_path / "ballots.csv"
    file.write_text(text, "utf-8")
    return read_ballots(file, ["one", "two"])


def test_each_voter_has_one_ballot(tmp_path):
    found = read(tmp_path, "voter,service\na,one\nb,two\na,two\n")
    assert found == [frozenset({"one", "two"}), frozenset({"two"})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "row 1: the columns are not voter,service"),
        (
            "voter;service\na;one\n",
            r"row 1: the columns are not voter,service \(found 'voter;service'\)\. Save it .* with commas",
        ),
        ("service,voter\none,a\n", r"row 1: the columns are not voter,service .*Name them so"),
        ("voter,service\n", "nobody voted"),
        ("voter,service\na,one\na,one\n", "row 3, service: a vote stands twice"),
        (
            "voter,service\na,ones\n",
            r"row 2, service: a vote for something that is not on the menu .*Did you mean 'one'",
        ),
        ("voter,service\n,one\n", "row 2, voter: no voter"),
        ("voter,service\na\n", "row 2, service: a vote for something"),
        ("voter,service\na,one,two\n", "row 2, voter: the row has more cells than columns"),
        ('voter,service\n"a,one\n', "not a table"),
    ],
)
def test_a_bad_table_is_refused_with_its_row(tmp_path, text, message):
    with pytest.raises(BadInput, match=message):
        read(tmp_path, text)
