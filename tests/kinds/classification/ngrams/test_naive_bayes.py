import tracemalloc

import numpy as np
import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.kinds.classification.ngrams import table
from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled, NaiveBayesNgrams
from rnnlab.kinds.classification.ngrams.table import Texts, spelled


def corpus(rows: int, classes: int, seed: int) -> Labelled:
    """Texts of 12 words below 40; in two texts of three a class puts two words of its own side by side."""
    drawn = np.random.default_rng(seed)
    labels = drawn.integers(0, classes, rows)
    texts = drawn.integers(10, 40, (rows, 12))
    marked = drawn.random(rows) < 2 / 3
    texts[marked, 4], texts[marked, 5] = labels[marked], labels[marked] + 5
    return Labelled(Texts(texts.ravel(), np.arange(rows + 1) * 12), labels)


def accuracy(model, labelled):
    return (model.log_probabilities(labelled.texts).argmax(1).numpy() == labelled.labels).mean()


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_it_tells_the_classes_of_new_texts(classes):
    model = NaiveBayesNgrams()
    model.fit(corpus(900, classes, 0), corpus(300, classes, 1), 45, [1.0] * classes)
    assert accuracy(model, corpus(300, classes, 2)) > 2 / 3
    sums = model.log_probabilities(corpus(20, classes, 2).texts).exp().sum(1)
    torch.testing.assert_close(sums, torch.ones_like(sums))
    assert model.strength in model.strengths
    assert model.features > 40


def test_order_is_seen_by_bigrams_alone():
    drawn = np.random.default_rng(0)
    labels = drawn.integers(0, 2, 600)
    texts = np.where(labels[:, None] == 1, [1, 2, 0, 2, 1], [2, 1, 0, 1, 2])  # the same words in both
    data = Labelled(Texts(texts.ravel(), np.arange(601) * 5), labels)
    words, pairs = NaiveBayesNgrams(longest=1), NaiveBayesNgrams(longest=2)
    for model in (words, pairs):
        model.fit(data, data, 3, [1.0, 1.0])
    assert accuracy(words, data) < 0.6
    assert accuracy(pairs, data) == 1.0


def test_the_same_texts_give_the_same_model_and_the_strength_with_the_least_loss_is_taken():
    train, held = corpus(300, 3, 0), corpus(300, 3, 1)
    models = [NaiveBayesNgrams(strengths=[1e-6, 0.3]) for _ in range(2)]
    for model in models:
        model.fit(train, held, 45, [1.0] * 3)
    both = [model.log_probabilities(held.texts) for model in models]
    assert torch.equal(*both)
    alone = NaiveBayesNgrams(strengths=[models[0].strength])
    alone.fit(train, held, 45, [1.0] * 3)
    assert torch.equal(alone.log_probabilities(held.texts), both[0])


def test_characters_tell_texts_whose_words_are_all_new():
    drawn = np.random.default_rng(0)
    written = ["".join(drawn.choice([*"abcdef"], 6)) + ("ing", "eux")[n % 2] for n in range(400)]
    ids = Texts(np.arange(400), np.arange(401), spelled(written))  # each text one word that comes once
    halves = []
    for rows in (range(200), range(200, 400)):
        texts = Texts(ids.ids[rows.start : rows.stop], np.arange(201), spelled([written[n] for n in rows]))
        halves.append(Labelled(texts, np.arange(200) % 2))
    model = NaiveBayesNgrams(characters=4)
    model.fit(*halves, 400, [1.0, 1.0])
    assert accuracy(model, halves[1]) > 0.95


def test_validation_chooses_and_does_not_teach():
    train = corpus(300, 2, 0)
    upside_down = Labelled(train.texts, 1 - train.labels)
    model = NaiveBayesNgrams(strengths=[1.0])
    model.fit(train, upside_down, 45, [1.0, 1.0])
    assert accuracy(model, train) > 0.8


def test_a_class_that_weighs_more_is_predicted_more_often():
    train, held = corpus(600, 2, 0), corpus(600, 2, 1)
    shares = []
    for weights in ([1.0, 1.0], [1.0, 5.0]):
        model = NaiveBayesNgrams(strengths=[0.1])
        model.fit(train, held, 45, weights)
        shares.append(model.log_probabilities(held.texts).argmax(1).double().mean().item())
    assert shares[1] > shares[0] + 0.05


def test_a_class_without_a_text_and_strengths_out_of_range_are_refused():
    with pytest.raises(ValueError, match="no train text is of class 2, counted from 0"):
        NaiveBayesNgrams().fit(corpus(50, 2, 0), corpus(50, 2, 1), 45, [1.0] * 3)
    for strengths in ([], [0.0], ["a"], 1.0, [float("inf")]):
        with pytest.raises(SettingError, match=r"ngrams\.strengths"):
            NaiveBayesNgrams(strengths=strengths)


def test_nothing_is_predicted_before_the_fit():
    with pytest.raises(RuntimeError, match="before fit"):
        NaiveBayesNgrams().log_probabilities(corpus(5, 2, 0).texts)


def test_predictions_are_the_same_in_blocks_of_any_size_and_take_memory_of_a_block(monkeypatch):
    model = NaiveBayesNgrams(strengths=[0.1])
    model.fit(corpus(300, 2, 0), corpus(100, 2, 1), 45, [1.0, 1.0])
    many = corpus(20_000, 2, 2).texts
    found, peaks = [], []
    for size in (len(many.ids), 10_000):
        monkeypatch.setattr(table, "BLOCK", size)
        tracemalloc.start()
        found.append(model.log_probabilities(many))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert torch.equal(*found)
    assert peaks[1] < peaks[0] / 4
