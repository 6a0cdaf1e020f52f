"""A policy that only moves people or money inside prisons is told from one that does something outside, and says so."""

import pytest

from resettle.cli import main
from resettle.reinvestment.purpose import WORDS, only_inside


@pytest.mark.parametrize(
    ("kinds", "inside"),
    [
        (["release_point"], True),
        (["release_point", "recall_rate", "remand_length"], True),
        (["release_point", "service_coverage"], False),
        (["community_mix"], False),
        ([], False),
    ],
)
def test_only_levers_that_bring_nothing_outside_are_inside(kinds, inside):
    assert only_inside(kinds) is inside


def test_a_projection_of_a_changed_release_point_says_that_it_stays_inside_prisons(examples, capsys):
    for name, inside in (("release-point", True), ("my-square-mile", False)):
        with pytest.raises(SystemExit):
            main(["project", str(examples / f"scenarios/{name}.toml"), "--draws", "4"])
        assert (WORDS in capsys.readouterr().out) is inside
