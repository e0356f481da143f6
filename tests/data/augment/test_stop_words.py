from rnnlab.data.augment.stop_words import STOP_WORDS


def test_negations_are_among_them_and_verdicts_are_not():
    assert {"not", "no", "never", "don't", "but", "the"} <= STOP_WORDS
    assert not {"good", "bad", "film", "boring"} & STOP_WORDS
    assert all(word == word.lower() for word in STOP_WORDS)
