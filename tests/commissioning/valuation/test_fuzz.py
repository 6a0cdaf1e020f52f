"""Contracts and beliefs of the library, mutated: each is valued, or refused with a reason. Nothing else may happen."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.commissioning import parse_contract, value
from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.library import deals
from resettle.document import parse_document
from resettle.errors import BadInput

TEXTS = [
    ((d.folder / "contract.toml").read_text("utf-8"), (d.folder / "beliefs.toml").read_text("utf-8")) for d in deals()
]
NUMBER = re.compile(r'(?<== )"?-?\d+(?:\.\d+)?"?')
VALUES = ('"0.00"', "0", "1", "2", "12", "0.5", '"0.5"', '"99999999.99"', "100", "-1", "1e9", "nan", '"1"')


def mutated(text, places, values):
    found = list(NUMBER.finditer(text))
    for place, new in zip(places, values, strict=False):
        if found:
            hit = found[place % len(found)]
            text = text[: hit.start()] + new + text[hit.end() :]
            found = list(NUMBER.finditer(text))
    return text


def lines_dropped(text, drops):
    lines = text.splitlines()
    for drop in drops:
        if lines:
            del lines[drop % len(lines)]
    return "\n".join(lines)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@settings(max_examples=60)
@given(
    st.sampled_from(TEXTS),
    st.lists(st.integers(0, 400), max_size=2),
    st.lists(st.sampled_from(VALUES), min_size=2, max_size=2),
    st.lists(st.integers(0, 400), max_size=2),
    st.booleans(),
)
def test_a_mutated_deal_is_valued_or_refused(texts, places, values, drops, of_contract):
    contract_text, beliefs_text = texts
    try:
        if of_contract:
            contract_text = lines_dropped(mutated(contract_text, places, values), drops)
        else:
            beliefs_text = lines_dropped(mutated(beliefs_text, places, values), drops)
        contract = parse_contract(contract_text)
        found = value(contract, parse_document(Beliefs, beliefs_text, Path("beliefs.toml")), draws=100)
    except BadInput:
        return
    pays = sum(p.spread.mean for p in found.parties if p.what == "pays")
    assert pays == pytest.approx(found.total.mean, rel=1e-6, abs=0.02)
