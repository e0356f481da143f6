"""Intervals from summed statistics are those of scoring every resample again."""

import random
import time

import numpy as np
import pytest
import sacrebleu

from rnnlab.evaluation.sequence.measures import MEASURES, statistics
from rnnlab.evaluation.sequence.pairs import Written
from rnnlab.evaluation.sequence.resample import (
    paired_sequence_differences,
    resampled_scores,
    resampled_sums,
    sequence_intervals,
)

NAMES = [name for name in MEASURES if not name.startswith("similarity")]


def corpus(rows, seed, noise=0.3):
    rng = random.Random(seed)
    words = [
        "ein",
        "mann",
        "mit",
        "hut",
        "steht",
        "vor",
        "dem",
        "haus",
        "und",
        "wartet",
        "auf",
        "den",
        "bus",
        "im",
        "regen",
    ]
    references = [" ".join(rng.choices(words, k=rng.randint(4, 12))) + "." for _ in range(rows)]
    outputs = [" ".join(w for w in text.split() if rng.random() > noise) for text in references]
    return references, outputs


def test_scores_of_resamples_are_those_of_the_texts_that_were_drawn():
    references, outputs = corpus(15, seed=3)
    found = statistics(["bleu", "chrf", "ter", "rougeL"], Written(references, references, outputs))
    drawn = resampled_scores(found, resamples=20, seed=5)
    rows = np.random.default_rng(5).integers(0, 15, (20, 15))
    for place, chosen in enumerate(rows.tolist()):
        texts, truth = [outputs[i] for i in chosen], [references[i] for i in chosen]
        assert drawn["bleu"][place] == pytest.approx(sacrebleu.corpus_bleu(texts, [truth]).score, rel=1e-12)
        assert drawn["chrf"][place] == pytest.approx(sacrebleu.corpus_chrf(texts, [truth]).score, rel=1e-12)
        assert drawn["ter"][place] == pytest.approx(sacrebleu.corpus_ter(texts, [truth]).score, rel=1e-12)


def test_sums_of_integers_are_exact():
    values = np.random.default_rng(0).integers(0, 50, (37, 4))
    sums = resampled_sums(values, 300, seed=1)
    assert np.array_equal(sums, sums.round())
    assert sums.mean(0) == pytest.approx(values.sum(0), rel=0.05)


def test_an_interval_holds_its_value_and_narrows_with_the_rows():
    few, many = (
        sequence_intervals(statistics(["bleu"], Written(r, r, o)))["bleu"]
        for r, o in (corpus(40, 1), corpus(640, 1))
    )
    assert few.low < few.value < few.high
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(4, rel=0.35)  # root of 16
    assert sequence_intervals({}) == {}


def test_a_worse_output_differs_by_an_interval_that_excludes_zero_and_the_same_by_none():
    references, good = corpus(200, seed=7, noise=0.2)
    bad = [" ".join(text.split()[1:]) for text in good]
    first, second = (statistics(["bleu", "ter"], Written(references, references, o)) for o in (good, bad))
    found = paired_sequence_differences(first, second)
    assert found["bleu"].interval.high < 0
    assert found["ter"].interval.low > 0
    assert found["bleu"].p_value < 0.01
    same = paired_sequence_differences(first, first)["bleu"]
    assert tuple(same.interval) == (0, 0, 0)
    assert same.p_value == 1
    with pytest.raises(ValueError, match="200 rows against 100"):
        paired_sequence_differences(first, {name: values[:100] for name, values in second.items()})


def test_a_thousand_resamples_of_a_thousand_rows_take_seconds_at_most():
    references, outputs = corpus(1000, seed=2)
    found = statistics(NAMES, Written(references, references, outputs))
    start = time.process_time()
    intervals = sequence_intervals(found, resamples=1000)
    assert time.process_time() - start < 5  # a fraction of a second on an idle machine
    assert all(one.low <= one.value <= one.high for one in intervals.values())
