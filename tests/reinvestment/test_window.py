"""A window that lies after the period whose people an area holds is said to be thin."""

import pytest

from resettle.reinvestment.window import caveat_of


@pytest.mark.parametrize(
    ("months", "before", "said"),
    [
        (12, 0, "Of these 12 months 12 lie after December 2029"),
        (36, 0, "Of these 36 months 18 lie after December 2029"),
        (37, 0, None),
        (12, 12, "Of these 12 months 6 lie after"),
        (12, 18, None),
        (120, 0, None),
    ],
)
def test_a_window_after_the_period_of_the_area_is_said_to_be_thin(make_area, months, before, said):
    """Eighteen months lie between the end of the period, December 2029, and the extract, June 2031."""
    area = make_area({"person": [{"person_id": "P1"}]}, extract="2031-06-30")
    found = caveat_of(area, months, before)
    if said is None:
        assert found == area.info.caveat
    else:
        assert said in found and "a year is understated" in found and found.startswith(area.info.caveat)
