from rnnlab.data.augment.vocabulary import STOP_WORDS, content_tokens, free_tokens


def test_negations_are_among_them_and_verdicts_are_not():
    assert {"not", "no", "never", "don't", "but", "the"} <= STOP_WORDS
    assert not {"good", "bad", "film", "boring"} & STOP_WORDS
    assert all(word == word.lower() for word in STOP_WORDS)


VOCABULARY = [
    "<pad>",
    "<unk>",
    "<s>",
    "<url>",
    "</shout>",
    "The",
    "not",
    "film",
    "##ing",
    "Ġthe",
    "▁plot",
    ":)",
    "42",
]


def test_marks_are_fixed_and_an_unknown_word_is_not():
    assert free_tokens(VOCABULARY).tolist() == [False, True, False, False, False] + [True] * 8


def test_words_with_content_are_neither_marks_nor_stop_words():
    content = content_tokens(VOCABULARY)
    assert [token for token, one in zip(VOCABULARY, content, strict=True) if one] == [
        "film",
        "##ing",
        "▁plot",
    ]
