"""A synthetic area keeps every rule of the declared tables, at any size, and is the same each time."""

import hashlib
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from resettle.area import Area, open_area, tables
from resettle.area.check import check_area
from resettle.area.generate import generate_area, shapes
from resettle.area.generate.make import BLOCK
from resettle.errors import BadInput
from resettle.reference.figures import figure
from resettle.reference.goods import goods_in


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    with generate_area(tmp_path_factory.mktemp("generated") / "small", 3000, 11) as made:
        yield made


def count(area: Area, sql: str) -> int:
    return area.query(f"SELECT count(*) AS n FROM {sql}")["n"][0].as_py()


def values(area: Area, sql: str) -> list:
    table = area.query(sql)
    return table.column(0).to_pylist()


def digests(area: Area) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted((area.path / "tables").iterdir())}


def test_every_declared_table_is_there_with_the_declared_columns_and_types(area):
    assert area.tables == list(tables())
    for name, declared in tables().items():
        held = area.query(f"DESCRIBE SELECT * FROM read_parquet('{area.file(name)}')").to_pylist()
        assert [(row["column_name"], row["column_type"]) for row in held] == [
            (c.name, c.sql_type) for c in declared.columns.values()
        ]


@pytest.mark.parametrize("name", list(tables()))
def test_keys_required_columns_codes_and_ranges(area, name):
    declared = tables()[name]
    key = ", ".join(declared.key)
    assert count(area, name) == count(area, f"(SELECT DISTINCT {key} FROM {name})") > 0
    for column in declared.columns.values():
        if column.required:
            assert count(area, f"{name} WHERE {column.name} IS NULL") == 0
        if column.allowed:
            found = set(values(area, f"SELECT DISTINCT {column.name} FROM {name}")) - {None}
            assert found <= set(column.allowed)
        if column.min is not None:
            assert count(area, f"{name} WHERE {column.name} < {column.min}") == 0
        if column.max is not None:
            assert count(area, f"{name} WHERE {column.name} > {column.max}") == 0


@pytest.mark.parametrize("name", list(tables()))
def test_references_are_closed(area, name):
    for column in tables()[name].columns.values():
        if column.references:
            (key,) = tables()[column.references].key
            lost = f"{name} t WHERE t.{column.name} IS NOT NULL AND t.{column.name} NOT IN (SELECT {key} FROM {column.references})"
            assert count(area, lost) == 0


@pytest.mark.parametrize("name", [n for n, t in tables().items() if t.rules])
def test_rules_between_columns_hold(area, name):
    for rule in tables()[name].rules:
        must = rule.must.replace("area.extract_date", f"DATE '{area.info.extract_date}'")
        must = must.replace("= person_id", f"= {name}.person_id")
        person = f" LEFT JOIN person ON person.person_id = {name}.person_id" if "person." in must else ""
        event = f" LEFT JOIN index_event ON index_event.index_id = {name}.index_id" if "index_event." in must else ""
        assert count(area, f"{name}{person}{event} WHERE NOT ({must})") == 0, rule.name


def test_the_check_of_areas_finds_nothing(area):
    report = check_area(area.path)
    assert report.findings == ()


def test_nothing_happens_after_the_extract(area):
    for name, declared in tables().items():
        for column in declared.columns.values():
            if column.type == "date":
                assert count(area, f"{name} WHERE {column.name} > DATE '{area.info.extract_date}'") == 0


def test_all_index_events_are_mature_and_within_the_period(area):
    info = area.info
    outside = f"index_date NOT BETWEEN DATE '{info.period_start}' AND DATE '{info.period_end}'"
    immature = f"index_date + INTERVAL 18 MONTH > DATE '{info.extract_date}'"
    assert count(area, f"index_event WHERE {outside} OR {immature}") == 0


def test_it_says_that_it_is_invented(area):
    assert area.info.records == "synthetic"
    assert "invented" in area.info.caveat
    assert "No organisation in Greater Manchester made, checked or endorses" in area.info.caveat
    assert all("(invented)" in name for name in values(area, "SELECT name FROM provider"))
    assert all("(invented)" in name for name in values(area, "SELECT DISTINCT prison FROM custody"))


def test_greater_manchester_has_ten_boroughs_and_eight_delivery_units(area):
    kinds = Counter(values(area, "SELECT kind FROM place"))
    assert kinds == {"area": 1, "delivery_unit": 8, "borough": 10}
    assert values(area, "SELECT part_of FROM place WHERE name = 'Manchester'") == ["greater-manchester"]
    assert values(area, "SELECT part_of FROM place WHERE name = 'Rochdale'") == ["pdu-bury-and-rochdale"]
    homes = "SELECT DISTINCT kind FROM person p JOIN place USING (place_id)"
    assert values(area, homes) == ["borough"]
    assert len(values(area, "SELECT DISTINCT place_id FROM person")) == 10


def test_services_cover_the_six_strands_and_the_goods_that_these_serve(area):
    strands = {row["service_id"]: row["strand"] for row in area.query("SELECT * FROM service").to_pylist()}
    six = {"accommodation", "dependency", "wellbeing", "peer_support", "employment", "women"}
    assert set(strands.values()) == six | {"personal_budget", "community"}
    commissioned = set(values(area, "SELECT DISTINCT strand FROM service WHERE contract_id IS NOT NULL"))
    assert commissioned == six
    for service, strand in strands.items():
        served = set(values(area, f"SELECT good FROM service_good WHERE service_id = '{service}'"))
        if strand in six:
            assert served == {good.code for good in goods_in("strands", strand)}
    totals = values(area, "SELECT sum(weight) FROM service_good GROUP BY service_id")
    assert totals == pytest.approx([1.0] * len(strands))


def test_published_shapes_are_the_published_figures():
    needs, cells = shapes.needs().areas, shapes.disposals().cells
    for area, kind, name in (
        ("accommodation", "custody", "needs.accommodation.custody"),
        ("accommodation", "order", "needs.accommodation.community"),
        ("alcohol", "custody", "needs.alcohol.custody"),
        ("alcohol", "order", "needs.alcohol.community"),
        ("drugs", "custody", "needs.drug_misuse_before_prison"),
    ):
        assert needs[area][kind][0] == pytest.approx(figure(name).value / 100)
    assert cells["custody_6"].previous == figure("people.mean_previous_convictions.short_custody").value
    assert cells["custody_12"].previous == figure("people.mean_previous_convictions.short_custody").value
    assert cells["community"].previous == figure("people.mean_previous_convictions.community_order").value
    custody = sum(c.share for c in cells.values() if c.disposal == "custody")
    assert cells["custody_6"].share / custody == pytest.approx(
        figure("people.sentenced_up_to_6_months_share").value / 100
    )
    assert shapes.people().female["order"] == pytest.approx(figure("people.female_share.probation").value / 100)
    assert sum(c.share for c in cells.values()) == pytest.approx(1)


def test_a_release_ends_a_stay_in_custody(area):
    releases = "index_event WHERE disposal = 'custody'"
    matched = """index_event e JOIN custody c ON c.person_id = e.person_id AND c.date_out = e.index_date
        WHERE e.disposal = 'custody' AND c.kind = 'sentence' AND date_diff('day', c.date_in, c.date_out) <= e.sentence_days"""
    assert count(area, releases) == count(area, matched) > 200


def test_stays_of_one_person_do_not_overlap(area):
    rows = area.query("SELECT person_id, date_in, date_out FROM custody ORDER BY person_id, date_in").to_pylist()
    for one, two in pairwise(rows):
        if one["person_id"] == two["person_id"]:
            assert one["date_out"] is not None and one["date_out"] <= two["date_in"]


def test_nobody_offends_while_held(area):
    held = """offence o JOIN custody c ON c.person_id = o.person_id AND o.offence_date > c.date_in
        AND o.offence_date < coalesce(c.date_out, DATE '2100-01-01')"""
    assert count(area, held) == 0


def test_previous_convictions_are_on_record_at_first_index_events(area):
    wrong = """(SELECT e.previous_convictions, count(o.offence_id) AS found FROM index_event e
        JOIN custody_or_court d ON d.index_id = e.index_id
        LEFT JOIN offence o ON o.person_id = e.person_id AND o.proven_date < d.offence_date
        GROUP BY e.index_id, e.previous_convictions HAVING found <> e.previous_convictions)"""
    first = """SELECT index_id, person_id, index_date FROM index_event
        QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY index_date) = 1"""
    behind = f"""SELECT f.index_id, max(o.offence_date) AS offence_date FROM ({first}) f JOIN offence o ON o.person_id = f.person_id
        AND o.offence_date < f.index_date GROUP BY f.index_id"""
    assert count(area, wrong.replace("custody_or_court", f"({behind})")) == 0


def test_assessments_come_before_the_event_and_the_start(area):
    each = "SELECT count(*) FROM assessment a JOIN index_event e USING (person_id) GROUP BY e.index_id"
    assert min(values(area, each)) == 8
    latest = """programme g JOIN index_event e USING (index_id) JOIN assessment a ON a.person_id = e.person_id
        WHERE a.assessed_on <= e.index_date AND a.assessed_on > g.referred_on"""
    assert count(area, latest) == 0
    late = """index_event e WHERE NOT EXISTS (SELECT 1 FROM assessment a
        WHERE a.person_id = e.person_id AND a.assessed_on <= e.index_date)"""
    assert count(area, late) == 0


def test_at_most_one_service_is_started_around_an_index_event_within_its_window(area):
    more = "(SELECT index_id FROM programme WHERE started_on IS NOT NULL GROUP BY index_id HAVING count(*) > 1)"
    assert count(area, more) == 0
    outside = "date_diff('day', e.index_date, g.started_on) NOT BETWEEN -90 AND 30"
    assert count(area, f"programme g JOIN index_event e USING (index_id) WHERE {outside}") == 0
    assert count(area, "programme g JOIN person p USING (person_id) WHERE g.service_id = 'women' AND p.sex <> 'F'") == 0
    assert count(area, "programme WHERE started_on < referred_on") == 0


def test_contacts_lie_within_the_participation_and_the_right_side_of_the_gate(area):
    outside = """delivery d JOIN programme g USING (person_id, service_id)
        WHERE d.delivered_on NOT BETWEEN g.started_on AND g.ended_on"""
    assert count(area, outside) == 0
    dose = """(SELECT g.dose, count(d.delivery_id) AS kept FROM programme g JOIN delivery d USING (person_id, service_id)
        WHERE d.attended IN ('yes', 'late') GROUP BY g.participation_id, g.dose HAVING kept <> g.dose)"""
    assert count(area, dose) == 0
    settings = Counter(values(area, "SELECT setting FROM delivery"))
    assert min(settings[where] for where in ("prison", "gate", "community")) > 10
    inside = "delivery d JOIN index_event e USING (person_id) WHERE d.setting = 'prison' AND e.disposal <> 'custody'"
    assert count(area, inside) == 0
    theirs = "delivery d JOIN goal g USING (goal_id) WHERE g.person_id <> d.person_id"
    assert count(area, theirs) == 0


def test_everyone_referred_has_a_plan_with_goals_in_plain_words(area):
    without = """programme g WHERE NOT EXISTS (SELECT 1 FROM plan p
        WHERE p.person_id = g.person_id AND p.offered_on <= g.referred_on)"""
    assert count(area, without) == 0
    assert count(area, "plan p WHERE NOT EXISTS (SELECT 1 FROM goal g WHERE g.plan_id = p.plan_id)") == 0
    for row in area.query("SELECT DISTINCT own_words, so_that FROM goal").to_pylist():
        assert row["own_words"].startswith("I will ")
        assert not row["so_that"].startswith("so that")
    assert count(area, "goal WHERE (status IN ('achieved', 'set_aside')) <> (ended_on IS NOT NULL)") == 0
    assert count(area, "plan WHERE (status IN ('agreed', 'closed')) <> (agreed_on IS NOT NULL)") == 0


def test_person_and_worker_rate_side_by_side(area):
    rows = area.query(
        "SELECT rater, at_time, count(DISTINCT person_id) AS n FROM goods_rating GROUP BY ALL"
    ).to_pylist()
    rated = {(row["rater"], row["at_time"]): row["n"] for row in rows}
    assert rated["person", "now"] == count(area, "plan")
    assert 0 < rated["worker", "now"] < rated["person", "now"]
    assert ("worker", "then") not in rated


def test_needs_lower_attainment(area):
    sql = """SELECT avg(r.attainment) FROM goods_rating r JOIN assessment a ON a.person_id = r.person_id
        WHERE r.good = 'life' AND r.rater = 'person' AND r.at_time = 'now' AND a.item = 'accommodation'
        GROUP BY a.score ORDER BY a.score"""
    none, some, much = values(area, sql)
    assert none > some > much


def test_budgets_stay_within_their_limit_and_refunds_within_what_was_spent(area):
    limit = shapes.budget().limit
    over = f"(SELECT person_id FROM spend WHERE kind = 'spend' GROUP BY person_id HAVING sum(amount) > {limit})"
    assert count(area, over) == 0
    assert count(area, "spend s JOIN goal g USING (goal_id) WHERE s.person_id <> g.person_id OR s.good <> g.good") == 0
    net = """(SELECT person_id FROM spend GROUP BY person_id
        HAVING sum(CASE kind WHEN 'spend' THEN amount ELSE -amount END) < 0)"""
    assert count(area, net) == 0
    holders = "SELECT DISTINCT service_id FROM spend JOIN programme USING (person_id) WHERE started_on IS NOT NULL"
    assert values(area, holders) == ["personal_budget"]


def test_outcomes_belong_to_people_who_started_the_service(area):
    strangers = """outcome o WHERE NOT EXISTS (SELECT 1 FROM programme g WHERE g.person_id = o.person_id
        AND g.service_id = o.service_id AND g.started_on <= o.observed_on)"""
    assert count(area, strangers) == 0
    early = """outcome o JOIN programme g USING (person_id, service_id)
        WHERE o.outcome = 'settled_accommodation_13_weeks' AND o.observed_on < g.started_on + 91"""
    assert count(area, early) == 0
    achieved = "outcome o JOIN goal g USING (goal_id) WHERE g.status <> 'achieved' OR g.ended_on <> o.observed_on"
    assert count(area, achieved) == 0
    assert count(area, "outcome WHERE outcome = 'plan_goal_achieved' AND goal_id IS NULL") == 0


def test_there_is_something_of_everything_that_a_clock_must_leave_out(area):
    after = "offence o JOIN index_event e ON e.person_id = o.person_id AND o.offence_date > e.index_date"
    assert count(area, f"{after} WHERE NOT o.recordable") > 50
    assert count(area, f"{after} WHERE o.breach") > 50
    assert count(area, f"{after} WHERE NOT o.in_scope") > 20
    assert count(area, f"{after} WHERE o.outcome = 'pending'") > 20
    assert count(area, f"{after} WHERE o.outcome = 'none'") > 50
    assert count(area, f"{after} WHERE o.outcome = 'penalty_notice'") > 20
    assert count(area, f"{after} WHERE o.proven_date > e.index_date + INTERVAL 18 MONTH") > 20
    assert count(area, f"{after} WHERE o.offence_date > e.index_date + INTERVAL 12 MONTH") > 50
    same_day = "offence o JOIN index_event e ON e.person_id = o.person_id AND o.offence_date = e.index_date"
    assert count(area, f"{same_day} WHERE o.outcome = 'conviction'") > 20


def test_second_index_events_come_after_the_follow_up_of_the_first(area):
    rows = area.query("SELECT person_id, index_date FROM index_event ORDER BY ALL").to_pylist()
    gaps = [b["index_date"] - a["index_date"] for a, b in pairwise(rows) if a["person_id"] == b["person_id"]]
    assert len(gaps) > 50
    assert min(gaps) >= timedelta(days=365 + 60)


def test_same_size_and_seed_give_the_same_bytes_and_another_seed_does_not(tmp_path):
    one, two, other = (generate_area(tmp_path / name, 400, seed) for name, seed in (("a", 5), ("b", 5), ("c", 6)))
    assert digests(one) == digests(two)
    assert digests(one)["person.parquet"] != digests(other)["person.parquet"]


@pytest.mark.parametrize("people", [1, 2, 10, 600])
def test_small_areas_are_whole(tmp_path, people):
    with generate_area(tmp_path / "area", people, 3) as area:
        assert count(area, "person") == people
        assert area.tables == list(tables())
        assert len(values(area, "SELECT DISTINCT person_id FROM index_event")) == people


def test_blocks_join_without_a_seam(tmp_path):
    done = []
    with generate_area(tmp_path / "area", BLOCK + 5, 3, progress=lambda n, of: done.append((n, of))) as area:
        assert done == [(BLOCK, BLOCK + 5), (BLOCK + 5, BLOCK + 5)]
        for name in ("person", "index_event", "offence", "goal", "delivery", "outcome"):
            (key,) = tables()[name].key
            assert count(area, name) == count(area, f"(SELECT DISTINCT {key} FROM {name})")
        last = f"P{BLOCK + 5:07d}"
        assert count(area, f"index_event WHERE person_id = '{last}'") >= 1
        assert count(area, f"assessment WHERE person_id = '{last}'") >= 8
        assert count(area, "person WHERE person_id NOT IN (SELECT person_id FROM index_event)") == 0


@pytest.mark.parametrize("people", [0, -1, 1.5, True, "100", None, 10**9])
def test_people_must_be_a_whole_number(tmp_path, people):
    with pytest.raises(BadInput, match="people must be a whole number"):
        generate_area(tmp_path / "area", people, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_seed_must_be_a_whole_number(tmp_path, seed):
    with pytest.raises(BadInput, match="seed must be a whole number"):
        generate_area(tmp_path / "area", 10, seed)
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_overwritten(tmp_path):
    (tmp_path / "area").mkdir()
    (tmp_path / "area" / "mine.txt").write_text("keep")
    with pytest.raises(BadInput, match="not empty"):
        generate_area(tmp_path / "area", 10, 1)
    assert [p.name for p in tmp_path.rglob("*")] == ["area", "mine.txt"]


def test_a_generation_that_is_cut_off_leaves_nothing(tmp_path):
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate_area(tmp_path / "area", 10, 1, progress=stop)
    assert list(tmp_path.iterdir()) == []
    with open_area(generate_area(tmp_path / "area", 10, 1).path) as area:
        assert count(area, "person") == 10


def test_two_strands_cost_what_their_published_contracts_do():
    """170 referrals a month for two years at the unit cost are the value of the accommodation lot; women's services in scale."""
    from resettle.area.generate import shapes
    from resettle.reference.figures import figure

    services = shapes.services().services
    housing, women = services["accommodation"], services["women"]
    starts = figure("gm.contract.accommodation.referrals").value * 24
    assert float(housing.unit_cost) * starts == pytest.approx(figure("gm.contract.accommodation").value, rel=1e-5)
    assert float(women.unit_cost) * starts * women.share / housing.share == pytest.approx(
        figure("gm.contract.women").value, rel=1e-5
    )
