"""Each word's most frequent tag."""

from __future__ import annotations

import pytest

from rnnlab.kinds.tagging.baselines import MostFrequentTag, TaggedWords


def measured(train, test, scheme=None):
    words, tags = ([[pair.split("/")[part] for pair in one.split()] for one in train] for part in (0, 1))
    own, labels = ([[pair.split("/")[part] for pair in one.split()] for one in test] for part in (0, 1))
    return MostFrequentTag().measure(TaggedWords(words, tags, own, labels, scheme)).metrics


def test_words_have_their_most_frequent_tag_and_unknown_ones_that_of_all():
    found = measured(["run/V run/N run/N dog/N", "the/D dog/N"], ["the/D run/N cat/N dog/V"])
    assert found["accuracy"] == pytest.approx(3 / 4)


def test_entities_are_scored_as_entities():
    train = ["Ann/S-person lives/O", "in/O Oslo/S-place ./O"]
    found = measured(train, ["Ann/S-person in/O Rome/S-place", "Oslo/S-place ./O"], "BIOES")
    assert (found["precision"], found["recall"]) == pytest.approx((1.0, 2 / 3))


def test_equally_frequent_tags_are_taken_in_the_order_of_the_alphabet():
    assert measured(["run/V run/N"], ["run/N"])["accuracy"] == 1.0
