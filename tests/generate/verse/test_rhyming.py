import numpy as np
import pytest

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.verse.alphabet import Alphabet
from rnnlab.generate.verse.lines import Rule, Start, Writer, draw_lines
from rnnlab.generate.verse.pronounce import rhymes
from rnnlab.generate.verse.rhyming import close, partners, trees
from rnnlab.generate.verse.words import last_word, line_syllables
from rnnlab.tokenizer import CharTokenizer


def leaves(node, alphabet, text=""):
    if not node:
        yield text
    for token, child in node.items():
        yield from leaves(child, alphabet, text + alphabet.characters[token])


def test_partners():
    found = partners("day", 2)
    assert {"way", "say", "delay"} <= set(found)
    assert not {"day", "a", "holiday"} & set(found)
    assert all(rhymes("day", word) for word in found)
    assert partners("zzxq", 2) == ()


def test_a_tree_holds_words_and_ends(letters):
    alphabet = Alphabet(letters, "sonnet", Decoding())
    grown = trees(["way", "ways", "delay"], alphabet, last=True)
    assert sorted(leaves(grown[1], alphabet)) == sorted(
        f"{word}{mark}\n" for word in ("way", "ways") for mark in ".!?"
    )
    assert "delay\n" in set(leaves(trees(["delay"], alphabet, last=False)[2], alphabet))


def test_a_vocabulary_without_marks_ends_the_last_line_bare():
    tokenizer = CharTokenizer()
    tokenizer.train(["abcdefghijklmnopqrstuvwxyz \n"])
    alphabet = Alphabet(tokenizer, "sonnet", Decoding())
    assert list(leaves(trees(["way"], alphabet, last=True)[1], alphabet)) == ["way\n"]


@pytest.fixture(scope="module")
def waiting(poet, letters):
    """An alphabet, lines that wait for a word of one or two syllables, and the state they came from."""
    alphabet = Alphabet(letters, "sonnet", Decoding())
    logits, state = poet.read(np.array([letters.encode("\n")]))
    writer = Writer(poet, alphabet, Decoding())
    rule = Rule(10, lambda word: False, tail=2)
    return alphabet, draw_lines(writer, Start(state, logits), rule, 12, np.random.default_rng(3))[1]


def test_the_likeliest_is_found(poet, letters, waiting):
    """Against every prefix with every word and every end, one by one."""
    alphabet, parked = waiting
    words = ["day", "may", "stay", "delay", "away"]
    grown = trees(words, alphabet, last=False)
    found = close(poet, alphabet, parked, grown, 10, width=10_000)
    scores = {}
    for row in [row for prefixes in parked for row in prefixes.rows]:
        for added in leaves(grown.get(10 - row.told, {0: {}}), alphabet) if 10 - row.told in grown else ():
            tokens = letters.encode("\n" + row.text + added)
            total = 0.0
            logits, state = poet.read(np.array([tokens[:1]]))
            for token in tokens[1:]:
                total += float(logits[0, token] - np.logaddexp.reduce(logits[0].astype(float)))
                logits, state = poet.step(np.array([token]), state)
            scores[row.text + added] = total / (len(tokens) - 1)
    assert {row.text for row in found} == set(scores)
    best = max(found, key=lambda row: row.score)
    assert best.score == pytest.approx(max(scores.values()), rel=1e-4)
    assert scores[best.text] == pytest.approx(best.score, rel=1e-4)


def test_a_narrow_beam_gives_whole_lines(poet, letters, waiting):
    alphabet, parked = waiting
    found = close(poet, alphabet, parked, trees(partners("day", 2), alphabet, False), 10, width=8)
    assert found
    for row in found:
        assert line_syllables(row.text) == 10
        assert rhymes(last_word(row.text), "day")
        assert letters.decode(row.tokens) == row.text
