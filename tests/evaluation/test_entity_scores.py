"""Scores of entities: by hand as conlleval and WNUT17's script give them, and resampled as sums."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from rnnlab.evaluation.entity_scores import (
    entity_counts,
    entity_differences,
    entity_intervals,
    entity_scores,
)

WORDS = [["Paris", "loves", "Paris"], ["Ann", "Lee", "met", "Ann", "Lee"], ["nothing"]]
LABELS = [["B-place", "O", "B-place"], ["B-person", "I-person", "O", "B-person", "I-person"], ["O"]]
PREDICTED = [["B-place", "O", "B-person"], ["B-person", "O", "O", "B-person", "I-person"], ["B-place"]]
# True: place 2, person 2. Predicted: place 2 (one correct), person 3 (one correct). Correct tags: 2 + 4 + 0.


def test_scores_of_a_few_sentences_by_hand():
    found = entity_scores(entity_counts(LABELS, PREDICTED, "BIO"))
    assert found["precision"] == pytest.approx(2 / 5)
    assert found["recall"] == pytest.approx(2 / 4)
    assert found["f1"] == pytest.approx(4 / 9)
    assert found["precision_place"] == pytest.approx(1 / 2)
    assert found["recall_person"] == pytest.approx(1 / 2)
    assert found["f1_person"] == pytest.approx(2 / 5)
    assert found["macro_f1"] == pytest.approx((1 / 2 + 2 / 5) / 2)
    assert found["accuracy"] == pytest.approx(6 / 9)
    assert "surface_f1" not in found


def test_surface_forms_count_once_and_are_correct_where_one_of_them_is():
    found = entity_scores(entity_counts(LABELS, PREDICTED, "BIO", WORDS))
    # True forms: Paris place, Ann Lee person. Predicted: Paris place, Paris person, Ann person, Ann Lee
    # person, nothing place. Correct: Paris place, Ann Lee person.
    assert found["surface_precision"] == pytest.approx(2 / 5)
    assert found["surface_recall"] == pytest.approx(1)
    assert found["surface_f1"] == pytest.approx(4 / 7)


def test_a_form_that_both_have_at_other_places_alone_is_not_correct():
    found = entity_scores(entity_counts([["B-x", "O"]], [["O", "B-x"]], "BIO", [["a", "a"]]))
    assert found["surface_f1"] == 0


def test_invalid_predictions_count_as_conlleval_counts_them():
    found = entity_scores(
        entity_counts([["B-x", "I-x"], ["O", "B-x"]], [["I-x", "I-x"], ["O", "I-y"]], "BIO")
    )
    assert (found["precision"], found["recall"]) == (0.5, 0.5)


def test_nothing_true_and_nothing_predicted_scores_zero_without_a_warning():
    found = entity_scores(entity_counts([["O"]], [["O"]], "BIO", [["a"]], types=["x"]))
    assert found["f1"] == found["surface_f1"] == found["macro_f1"] == 0
    assert found["accuracy"] == 1


tagged = st.lists(
    st.lists(st.tuples(*[st.sampled_from(["NOUN", "VERB", "X"])] * 2), min_size=1, max_size=8),
    min_size=1,
    max_size=6,
)


@given(tagged)
def test_tags_without_a_scheme_have_the_scores_of_their_words(sentences):
    labels = [[label for label, _ in sentence] for sentence in sentences]
    guesses = [[guess for _, guess in sentence] for sentence in sentences]
    found = entity_scores(entity_counts(labels, guesses, None))
    flat = [list(itertools.chain(*one)) for one in (labels, guesses)]
    assert found["f1"] == found["accuracy"] == pytest.approx(np.mean(np.array(flat[0]) == np.array(flat[1])))
    assert found["macro_f1"] == pytest.approx(f1_score(*flat, average="macro", zero_division=0))
    names = sorted({*flat[0], *flat[1]})
    for name, value in zip(names, f1_score(*flat, average=None, zero_division=0), strict=True):
        assert found[f"f1_{name}"] == pytest.approx(value)


def random_tags(rows, seed):
    generator = np.random.default_rng(seed)
    tags = np.array(["O", "B-x", "I-x", "B-y"])
    return [tags[generator.integers(0, 4, generator.integers(1, 9))].tolist() for _ in range(rows)]


def changed(tags, seed, chance=0.3):
    generator = np.random.default_rng(seed)
    pick = ["O", "B-x", "I-x", "B-y"]
    return [
        [pick[generator.integers(4)] if generator.random() < chance else t for t in line] for line in tags
    ]


def test_resampled_sums_are_the_scores_of_resampled_sentences():
    """Each draw's scores equal those of the drawn sentences counted anew, surface forms too."""
    labels = random_tags(12, 0)
    predicted = changed(labels, 1)
    words = [[f"w{place % 3}" for place in range(len(line))] for line in labels]
    found = entity_intervals(entity_counts(labels, predicted, "BIO", words), resamples=50, seed=3)
    drawn = np.random.default_rng(3).integers(0, 12, (50, 12))
    slow = []
    for rows in drawn:
        again = [[table[row] for row in rows] for table in (labels, predicted)]
        slow.append(entity_scores(entity_counts(*again, "BIO", [words[row] for row in rows], ["x", "y"])))
    for name in ("f1", "macro_recall", "accuracy", "f1_x", "surface_f1"):
        low, high = np.quantile([one[name] for one in slow], [0.025, 0.975])
        assert (found[name].low, found[name].high) == pytest.approx((low, high)), name


def test_a_run_does_not_differ_from_itself_and_differs_from_a_far_worse_one():
    labels = random_tags(200, 0)
    good, bad = (entity_counts(labels, changed(labels, 5, chance), "BIO") for chance in (0.1, 0.7))
    assert entity_differences(good, good, 200)["f1"].interval == (0, 0, 0)
    found = entity_differences(bad, good, 200)["f1"]
    assert found.interval.low > 0
    assert found.p_value < 0.02


def test_sentences_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="argument"):
        entity_counts([["O", "O"]], [["O"]], "BIO")
