import pytest

from resettle.errors import BadInput
from resettle.reference.figures import figure
from resettle.reference.overrides import read_overrides


@pytest.fixture
def write(tmp_path):
    def _write(text: str):
        path = tmp_path / "figures.toml"
        path.write_text(text, "utf-8")
        return path

    return _write


def test_values_are_read_and_used(write):
    own = read_overrides(write('[figures]\n"crime.robbery.total" = 12000\n"reoffending.all" = 25.5\n'))
    assert own == {"crime.robbery.total": 12000.0, "reoffending.all": 25.5}
    assert figure("reoffending.all", overrides=own).value == 25.5


def test_an_empty_table_overrides_nothing(write):
    assert read_overrides(write("[figures]\n")) == {}


def test_unknown_names_are_all_told_with_their_lines(write):
    path = write('[figures]\n"crime.robbery.total" = 1\n"crime.robery.total" = 2\n"zzz" = 3\n')
    with pytest.raises(BadInput) as raised:
        read_overrides(path)
    first, second = raised.value.problems
    assert (first.row, first.value, first.do) == (3, "crime.robery.total", "Did you mean 'crime.robbery.total'?")
    assert (second.row, second.value) == (4, "zzz") and second.do.startswith("Known: court, crime")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", '"12000"', "true", "[1]", "2020-01-01"])
def test_values_that_are_no_finite_numbers_are_refused(write, value):
    with pytest.raises(BadInput) as raised:
        read_overrides(write(f'[figures]\n"crime.robbery.total" = {value}\n'))
    assert raised.value.problems[0].file.endswith("figures.toml")


@pytest.mark.parametrize("text", ["", "[figure]\n", '[figures]\n"crime.robbery.total" = 1\n[other]\n', "[figures\n"])
def test_files_of_another_shape_are_refused(write, text):
    with pytest.raises(BadInput):
        read_overrides(write(text))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_overrides(tmp_path / "none.toml")
