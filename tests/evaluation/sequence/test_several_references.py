"""Rows with several references: the scores equal those of sacrebleu and rouge-score, and values by hand."""

import numpy as np
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from rnnlab.errors import UserError
from rnnlab.evaluation.sequence.measures import MEASURES, scores, signatures, statistics
from rnnlab.evaluation.sequence.pairs import Written

OUTPUTS = ["the cat sat down", "it rained", "a b c"]
FIRST = ["the cat sat", "it rained all day", "x"]
SECOND = ["a cat sat down", "rain", "a b"]
WORDS = st.lists(st.sampled_from(["a", "b", "the", "cat", ".", "don't", "3.5"]), min_size=1, max_size=6)
TEXT = WORDS.map(" ".join)


def of(name, outputs=OUTPUTS, first=FIRST, others=(SECOND,), **more):
    written = Written(first, first, outputs, others=others, **more)
    return scores(statistics([name], written))[name]


@given(rows=st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=5))
def test_corpus_scores_are_sacrebleus(rows):
    outputs, first, second = map(list, zip(*rows, strict=True))
    streams = [first, second]
    assert of("bleu", outputs, first, [second]) == sacrebleu.corpus_bleu(outputs, streams).score
    assert of("chrf", outputs, first, [second]) == sacrebleu.corpus_chrf(outputs, streams).score
    assert of("ter", outputs, first, [second]) == sacrebleu.corpus_ter(outputs, streams).score


def test_rouge_takes_the_best_reference_of_each_row():
    scorer = RougeScorer(["rougeL"], use_stemmer=False)
    best = [
        scorer.score_multi([one, other], output)["rougeL"].fmeasure
        for output, one, other in zip(OUTPUTS, FIRST, SECOND, strict=True)
    ]
    assert of("rougeL") == pytest.approx(100 * np.mean(best))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exact_match", 1 / 3),
        # "b" is one edit from both "c" and "ab": the longer one counts, 1 of 2 characters; then 0 of 1
        ("character_error_rate", 100 / 3),
        ("edit_distance", 0.5),
    ],
)
def test_values_by_hand(name, expected):
    if name == "exact_match":
        assert of(name, ["a", "b", "c"], ["x", "x", "x"], (["a", "y", "z"],)) == pytest.approx(expected)
    else:
        assert of(name, ["b", "c"], ["c", "x"], (["ab", "c"],)) == pytest.approx(expected)


def test_similarity_is_that_of_the_nearest_reference():
    vectors = {"a": [1.0, 0.0], "b": [0.0, 1.0]}
    embeds = {"similarity_train_vectors": lambda texts: np.array([vectors[text] for text in texts])}
    assert of("similarity_train_vectors", ["a"], ["b"], (["a"],), embeds=embeds) == 1


@given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_the_same_reference_twice_is_one_reference(rows):
    outputs, first = map(list, zip(*rows, strict=True))
    names = [name for name in MEASURES if not name.startswith("similarity")]
    once = scores(statistics(names, Written(first, first, outputs)))
    assert scores(statistics(names, Written(first, first, outputs, others=[first]))) == once


def test_signatures_count_the_references():
    assert "nrefs:2" in signatures(["bleu"], 2)["bleu"]
    assert signatures(["rouge1"], 2)["rouge1"].endswith("best of 2 references")
    assert "nrefs:1" in signatures(["chrf"])["chrf"]


def test_lists_of_other_lengths_are_refused():
    with pytest.raises(UserError, match="3 references, and 1 further ones: there must be equally many"):
        of("bleu", others=(["a"],))
