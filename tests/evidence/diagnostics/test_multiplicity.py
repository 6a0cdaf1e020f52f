"""Adjusted p values against statsmodels, and heterogeneity on a case by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2
from statsmodels.stats.multitest import multipletests

from resettle.evidence.diagnostics.multiplicity import benjamini_hochberg, heterogeneity, holm

PS = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(PS)
def test_holm_equals_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)


@given(PS)
def test_benjamini_hochberg_equals_statsmodels(p):
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1], abs=1e-12)


def test_no_question_has_no_answer():
    assert holm([]) == benjamini_hochberg([]) == []


def test_heterogeneity_by_hand():
    """Two effects of 0 and 2 with errors of 1: their mean is 1, Q is 1 + 1, on one degree of freedom."""
    q, p = heterogeneity([0.0, 2.0], [1.0, 1.0])
    assert q == pytest.approx(2.0)
    assert p == pytest.approx(chi2.sf(2, 1))
    assert heterogeneity([0.3], [0.1])[1] == 1.0
