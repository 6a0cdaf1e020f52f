from hypothesis import given
from hypothesis import strategies as st

from resettle.evidence.linkage.deciding import NOBODY, SEVERAL, SOMEBODY_ELSE, TOO_LITTLE, WAITING, answers
from resettle.evidence.linkage.model import Pair

ACCEPT, REVIEW = 0.95, 0.5


def one(*pairs, decided=None, enough=True):
    """The answer for one record with pairs of (person, probability), and whom a person is asked about."""
    likely = [Pair(0, theirs, p) for theirs, p in sorted(pairs, key=lambda pair: -pair[1])]
    (answer,), asked = answers(1, [enough], likely, {(0, t): y for t, y in (decided or {}).items()}, ACCEPT, REVIEW)
    return answer.theirs, answer.how, answer.reason, [(ask.pair.theirs, ask.why) for ask in asked]


def test_a_sure_pair_links_though_another_is_likely():
    assert one((4, 0.99), (5, 0.7)) == (4, "model", None, [])


def test_two_sure_people_are_asked_about():
    assert one((4, 0.99), (5, 0.95)) == (None, None, SEVERAL, [(4, "several fit"), (5, "several fit")])


def test_between_the_two_probabilities_a_person_is_asked():
    assert one((4, 0.9499), (5, 0.5), (6, 0.49)) == (
        None,
        None,
        WAITING,
        [(4, "likely, not sure"), (5, "likely, not sure")],
    )


def test_nobody_like_them_and_too_little_recorded():
    assert one((4, 0.3))[2] == NOBODY
    assert one(enough=False)[2] == TOO_LITTLE


def test_a_decision_links_whatever_the_model_says():
    assert one((4, 0.99), (5, 0.2), decided={5: True}) == (5, "decision", None, [])
    assert one(decided={7: True}) == (7, "decision", None, [])


def test_a_pair_refused_leaves_the_next():
    assert one((4, 0.99), (5, 0.97), decided={4: False}) == (5, "model", None, [])
    assert one((4, 0.99), decided={4: False}) == (None, None, SOMEBODY_ELSE, [])
    assert one((4, 0.7), (5, 0.6), decided={4: False})[2:] == (WAITING, [(5, "likely, not sure")])


pairs = st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.floats(0.001, 1), max_size=20)
decisions = st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.just(False), max_size=5)


@given(pairs, decisions)
def test_everybody_has_one_answer_and_no_refused_pair_is_linked(found, decided):
    likely = [Pair(left, right, p) for (left, right), p in sorted(found.items(), key=lambda item: -item[1])]
    made, asked = answers(6, [True] * 6, likely, decided, ACCEPT, REVIEW)
    assert [answer.ours for answer in made] == list(range(6))
    assert all((answer.theirs is None) != (answer.reason is None) for answer in made)
    for answer in made:
        rivals = [p for (left, right), p in found.items() if left == answer.ours and (left, right) not in decided]
        if answer.theirs is not None:
            assert answer.probability == max(rivals) >= ACCEPT and sum(p >= ACCEPT for p in rivals) == 1
    assert not any((ask.pair.ours, ask.pair.theirs) in decided for ask in asked)
    waiting = {answer.ours for answer in made if answer.reason in (SEVERAL, WAITING)}
    assert {ask.pair.ours for ask in asked} == waiting
