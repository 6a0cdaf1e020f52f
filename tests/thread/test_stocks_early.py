"""Stocks and years that do not fit are told when the documents are read, before any of the run is worked out."""

import pytest
from rounds_kit import documents

from resettle.errors import BadInput
from resettle.thread.run import read_documents


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'wing = "prison"',
            'wng = "prison"',
            r"stocks: no such step in the appraisal \(found 'wng'\). Did you mean 'wing'",
        ),
        ('wing = "prison"', 'wing = "prisn"', r"stocks.wing: not a stock of people .*Did you mean 'prison'"),
    ],
)
def test_stocks_that_do_not_fit_are_told_as_the_files_are_read(examples, tmp_path, old, new, told):
    run = documents(examples, tmp_path)
    text = run.read_text("utf-8")
    assert old in text
    run.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadInput, match=told) as caught:
        read_documents(run)
    assert caught.value.problems[0].file == str(run)
