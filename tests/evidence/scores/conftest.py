from pathlib import Path

import pytest

from resettle.evidence.scores import read_offence_codes


@pytest.fixture(scope="session")
def codes():
    """The published rows of the few offence codes that the published vectors use."""
    return read_offence_codes(Path(__file__).parent / "offence_codes.csv")


@pytest.fixture
def man():
    """A man of 30 with five sanctions, the first at 16, two of them violent, and every assessment item."""
    from resettle.evidence.scores.columns import items

    known = {
        "sex": "M",
        "offence_code": "04600",
        "sanctions": 5,
        "violent_sanctions": 2,
        "age_at_conviction": 30,
        "age_at_first_sanction": 16,
        "age_at_follow_up": 31,
    }
    return known | dict.fromkeys(items(), 1)
