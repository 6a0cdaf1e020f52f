"""The commands of the macro circle given what cannot be used: one clear error each, nothing written, no traceback."""

import re

import pytest

from resettle.cli import main

SCENARIO, CASE, APPRAISAL = "greater-manchester.toml", "maryland-aid.toml", "england-wales-what-if.toml"


def resettle(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main([str(one) for one in arguments])
    shown = capsys.readouterr()
    return caught.value.code, shown.err


def refused(capsys, *arguments):
    """The one error of a command that ends with 2."""
    code, err = resettle(capsys, *arguments)
    errors = [line for line in err.splitlines() if line.startswith("Error: ")]
    assert code == 2 and "Traceback" not in err
    return errors[0]


@pytest.fixture
def copied(examples, tmp_path):
    """A file of the examples with one thing changed, at a place from which what it names is found."""

    def change(kind, name, old="", new="", encoding="utf-8"):
        text = (examples / kind / name).read_text("utf-8")
        assert old in text, old
        text = text.replace(old, new, 1).replace('"../', f'"{examples.as_posix()}/')
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        return file

    return change


SCENARIOS = [
    ("shares that do not add up", "remand_unsentenced = 0.75", "remand_unsentenced = 0.7", r"line \d+, state.1.ends: .* add up to 0.95"),
    ("a negative stock", "value = 148", "value = -148", r"line \d+, state.3.stock: must not be negative"),
    ("dates out of order", "coverage =", "until = 2025-01-01\ncoverage =", r"line \d+, lever.1: a lever must end after it starts"),
    ("an unknown place", "coverage =", 'places = ["Boltn"]\ncoverage =', r"lever.1.places: .*\(found 'Boltn'\). Did you mean 'Bolton'"),
    ("an effect without interval", "low = 0.76, high = 1.02, ", "", r"service.1.typed.low: missing key. Add `low`."),
    ("a percentage", "value = 0.4, low = 0.3, high = 0.5", "value = 40, low = 30, high = 50", r"coverage: .*Write 35 % as 0.35"),
    ("a place with no people", "share = 0.10", "share = 0.0", r"places"),
    ("no months", "months = 60", "months = 0", r"line \d+, months: .*greater than or equal to 1"),
    ("not a number", "remand_unsentenced = 0.75", "remand_unsentenced = nan", r"line \d+, state.1.ends.remand_unsentenced: not a usable"),
    ("two of one name", 'name = "recall_fixed"', 'name = "licence"', r"line \d+, state.\d+.name: two states have the same name"),
    ("a circle", "out_of_court = 0.25, charge = 0.75", "offence = 0.25, charge = 0.75", r"decisions go round in a circle: offence"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "old", "new", "told"), SCENARIOS, ids=[one[0] for one in SCENARIOS])
def test_a_scenario_with(capsys, copied, what, old, new, told):
    file = copied("scenarios", SCENARIO, old, new)
    error = refused(capsys, "project", file, "--draws", 20)
    assert re.search(told, error), error
    assert str(file) in error


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--chart", "TMP"], "--chart: there is a folder of this name"),
        (["--flow-chart", "TMP/none/x.svg"], "--flow-chart: there is no such folder"),
        (["--keep", "TMP/file"], "--keep: there is a file of this name"),
        (["--figures", "TMP/none.toml"], "none.toml: no such file"),
        (["--figures", "TMP"], "cannot be read as a file"),
    ],
)
def test_where_nothing_can_be_written_or_read_no_scenario_is_run(
    capsys, copied, tmp_path, monkeypatch, arguments, told
):
    monkeypatch.setattr("resettle.reinvestment.project.project", lambda *a, **k: pytest.fail("it was run"))
    (tmp_path / "file").write_text("mine")
    given = [one.replace("TMP", str(tmp_path)) for one in arguments]
    assert told in refused(capsys, "project", copied("scenarios", SCENARIO), *given)


def test_10_000_draws_on_a_small_machine_are_refused_before_anything_is_fitted(capsys, copied, monkeypatch):
    monkeypatch.setattr("resettle.reinvestment.project.memory_free", lambda: 200 * 2**20)
    monkeypatch.setattr("resettle.reinvestment.project.calibrate", lambda job: pytest.fail("it was fitted"))
    error = refused(capsys, "project", copied("scenarios", SCENARIO), "--draws", 10_000)
    assert re.search(r"draws: the run would not fit .*10,000 draws need about .*Ask for at most [\d,]+ draws", error)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"police.incident.violence"', '"police.incident.violnce"', r"line \d+, worth.1.mix: no such figure.*Did you mean"),
        ('agency = "prisons"\nlabel = "a wing', 'agency = "prisonz"\nlabel = "a wing', r"line \d+, steps.2.agency: .*Did you mean 'prisons'"),
        ("price_year = 2024", "", r"price_year: missing key. Add `price_year`."),
        ('one_off = "150000.00"', 'one_off = "-1"', r"line \d+, steps.2.one_off: .*greater than or equal to 0"),
        ("years = 5", "years = 0", r"line \d+, years"),
    ],
)  # fmt: skip
def test_unit_costs_with_faults(capsys, copied, examples, old, new, told):
    error = refused(capsys, "spending", examples / "areas" / "maryland", copied("appraisals", APPRAISAL, old, new))
    assert re.search(told, error), error


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--reach", "35"], "--reach: a share is above 0 and at most 1 (found '35.0'). Write 35 % as 0.35."),
        (["--reach", "nan"], "--reach: a share"),
        (["--months", "0"], "months: the window is from 1 to 240 months (found '0')"),
        (["--picture", "TMP/none/x.svg"], "--picture: there is no such folder"),
    ],
)
def test_a_map_that_cannot_be_made(capsys, copied, examples, tmp_path, arguments, told):
    given = [one.replace("TMP", str(tmp_path)) for one in arguments]
    area = examples / "areas" / "maryland"
    assert told in refused(capsys, "spending", area, copied("appraisals", APPRAISAL), *given)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value = 0.2, low = 0.1, high = 0.4", "value = 20, low = 10, high = 40", r"line \d+, optimism: .*Write 40 % as 0.4"),
        ('agency = "probation"', 'agency = "probatoin"', r"pays.agency: .*Did you mean 'probation'"),
        ("price_year = 2024\ntimes", "times", r"pays.1.price_year: missing key"),
        ("people_a_month = 50", "people_a_month = 0", r"line \d+, programme.1.people_a_month"),
        ('"../studies/maryland-aid.toml"', '"nowhere.toml"', r"nowhere.toml: no such file"),
    ],
)  # fmt: skip
def test_a_business_case_with_faults(capsys, copied, examples, tmp_path, old, new, told):
    out = tmp_path / "out"
    file = copied("cases", CASE, old, new)
    error = refused(capsys, "appraise", file, "--area", examples / "areas" / "maryland", "--draws", 200, "--out", out)
    assert re.search(told, error), error
    assert not out.exists()


def test_a_case_is_not_written_over_files_of_others(capsys, examples, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    error = refused(capsys, "appraise", examples / "cases" / CASE, "--out", tmp_path)
    assert "the folder is not empty" in error
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('budget = "500000.00"', 'budget = "1.00"', r"line \d+, budget: .*below the cheapest unit.*found '1.00'"),
        ("people = 500", "people = 0", r"line \d+, place.1.people"),
        ("mean = 2300, low = 400, high = 4200", "mean = 2300", r"benefit.low: missing key"),
        ('place = "bolton"\ngood', 'place = "boltn"\ngood', r"line \d+, need.1.place: .*Did you mean 'bolton'"),
        ("goods = { life = 0.45 }", "goods = { life = 45 }", r"line \d+, service.1.goods.life"),
    ],
)  # fmt: skip
def test_a_menu_with_faults(capsys, copied, old, new, told):
    error = refused(capsys, "reinvest", copied("menus", "first-round.toml", old, new))
    assert re.search(told, error), error


@pytest.mark.parametrize("budget", ["", "nan", "1e400", "-5", "1,00", "a lot"])
def test_a_budget_that_is_no_budget(capsys, examples, budget):
    assert refused(capsys, "reinvest", examples / "menus" / "first-round.toml", "--budget", budget)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_of_another_encoding_names_the_line(capsys, copied, encoding):
    file = copied("scenarios", SCENARIO, 'title = "', 'title = "Bér', encoding)
    assert re.search(
        r"line \d, |line \d+: ", refused(capsys, "project", file)
    ) and "Save the file as UTF-8." in refused(capsys, "project", file)


@pytest.mark.parametrize("command", ["project", "appraise", "reinvest", "local-justice"])
@pytest.mark.parametrize("what", ["missing", "folder", "empty", "binary"])
def test_no_file_a_folder_nothing_and_noise(capsys, tmp_path, command, what):
    file = tmp_path / "x.toml"
    if what == "folder":
        file.mkdir()
    elif what != "missing":
        file.write_bytes(b"" if what == "empty" else bytes(range(256)))
    assert str(file) in refused(capsys, command, file)


def test_a_run_that_is_stopped_says_so_and_leaves_nothing(capsys, examples, tmp_path, monkeypatch):
    def stop(*given, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("resettle.thread.run.evaluate", stop)
    code, err = resettle(capsys, "thread", examples / "runs" / "maryland.toml", "--out", tmp_path / "out")
    assert code == 130
    assert err.endswith("Stopped. Nothing was left half-written.\n")
    assert list(tmp_path.iterdir()) == []
