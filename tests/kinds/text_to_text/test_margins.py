"""A run is compared with a baseline on the same rows, and the baseline is written again from the sources."""

import pytest

from rnnlab.evaluation.sequence.measures import corpus_scores, statistics
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.kinds.text_to_text.margins import margins, rewritten
from rnnlab.kinds.text_to_text.texts import Texts

LEAD = {"first words": {"chosen": {"words": 2}, "metrics": {}}, "copied source": {"metrics": {}}}
SOURCES = [f"tool {n} reads and writes files of kind {n}" for n in range(60)]
REFERENCES = [f"files of kind {n}" for n in range(60)]
OUTPUTS = [f"files of kind {n}" if n % 2 else f"tool {n}" for n in range(60)]
TEXTS = Texts(list(range(60)), SOURCES, REFERENCES, OUTPUTS, [0.0] * 60)


def found(names=("rouge1", "ter")):
    return statistics(names, Written(SOURCES, REFERENCES, OUTPUTS))


def test_the_first_words_are_those_of_the_chosen_number():
    assert rewritten(LEAD, ["a b c", "d"]) == ("first words", ["a b", "d"])


@pytest.mark.parametrize("left_out", [{}, {"left_out": "no summaries"}, {"chosen": {"words": "two"}}])
def test_without_them_the_copied_source_is_compared(left_out):
    entries = {"first words": left_out, "copied source": {"metrics": {"test/bleu": 1.0}}}
    assert rewritten(entries, ["a b c"]) == ("copied source", ["a b c"])
    assert rewritten({"copied source": {"left_out": "for a reason"}}, ["a"]) is None
    assert rewritten({}, ["a"]) is None


def test_the_margin_is_the_difference_of_both_scores_with_a_paired_interval():
    name, differences = margins(found(), TEXTS, LEAD)
    assert name == "first words"
    firsts = [" ".join(source.split()[:2]) for source in SOURCES]
    both = [corpus_scores(["rouge1", "ter"], SOURCES, REFERENCES, one) for one in (OUTPUTS, firsts)]
    for measure in ("rouge1", "ter"):
        assert differences[measure].interval.value == pytest.approx(both[0][measure] - both[1][measure])
    assert differences["rouge1"].interval.low > 0
    assert differences["ter"].interval.high < 0


def test_nothing_is_compared_without_a_baseline_or_resamples():
    assert margins(found(), TEXTS, {}) is None
    assert margins(found(), TEXTS, LEAD, resamples=0) is None
