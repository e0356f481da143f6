"""The style classifier, and what it says of texts whose style is known."""

import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.evaluation.quality.style import StyleClassifier, passages


def text_of(words: list[str], seed: int, length: int = 4000) -> str:
    generator = np.random.default_rng(seed)
    return " ".join(generator.choice(words, length // 4))[:length]


SEA, WOOD = ["wave", "salt", "sail", "the", "and"], ["leaf", "root", "bark", "the", "and"]


def test_passages_are_whole_and_begin_every_step():
    assert passages("abcdefgh", 3) == ["abc", "def"]
    assert passages("abcdefgh", 3, 2) == ["abc", "cde", "efg"]
    assert passages("ab", 3) == []


def test_texts_of_another_vocabulary_are_told_apart_and_unlike_ones_counted_wrong():
    classifier = StyleClassifier({"sea": text_of(SEA, 1), "wood": text_of(WOOD, 2)})
    held = {"sea": passages(text_of(SEA, 3)), "wood": passages(text_of(WOOD, 4))}
    score = classifier.score(held)
    assert score.accuracy == 1.0
    assert score.interval[0] < 1.0 == score.interval[1]
    assert score.of_style == {"sea": 1.0, "wood": 1.0}
    swapped = classifier.score({"sea": held["wood"], "wood": held["sea"][:5]})
    assert swapped.accuracy == 0.0
    assert swapped.counts.tolist() == [[0, len(held["wood"])], [5, 0]]
    assert classifier.predict([held["wood"][0]]) == ["wood"]


def test_a_longer_text_is_no_likelier():
    classifier = StyleClassifier({"sea": text_of(SEA, 1, 20_000), "wood": text_of(WOOD, 2, 2000)})
    assert classifier.probabilities(["xyz"])[0] == pytest.approx([0.5, 0.5])


def test_what_cannot_be_told_apart_is_refused():
    with pytest.raises(SettingError, match="at least two"):
        StyleClassifier({"sea": text_of(SEA, 1)})
    with pytest.raises(SettingError, match="styles=wood: its text of 5 characters is shorter"):
        StyleClassifier({"sea": text_of(SEA, 1), "wood": "leaf "})
    classifier = StyleClassifier({"sea": text_of(SEA, 1), "wood": text_of(WOOD, 2)})
    with pytest.raises(SettingError, match=r"styles=woods: is not known(.|\n)*did you mean wood"):
        classifier.score({"woods": ["text"]})
    with pytest.raises(SettingError, match="there is no passage"):
        classifier.score({"sea": []})
