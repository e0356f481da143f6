import numpy as np
import pytest

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.verse.alphabet import Alphabet
from rnnlab.generate.verse.lines import Rule, Start, Writer, draw_lines
from rnnlab.generate.verse.words import last_word, line_syllables


@pytest.fixture(scope="module")
def writer(poet, letters):
    return Writer(poet, Alphabet(letters, "sonnet", Decoding()), Decoding())


@pytest.fixture(scope="module")
def start(poet, letters):
    logits, state = poet.read(np.array([letters.encode("\n")]))
    return Start(state, logits)


def nats(engine, tokens, state):
    """Of tokens, one by one."""
    total, (logits, state) = 0.0, engine.read(np.array([[tokens[0]]]), state)
    for token in tokens[1:]:
        total += float(logits[0, token] - np.logaddexp.reduce(logits[0].astype(float)))
        logits, state = engine.step(np.array([token]), state)
    return total


def test_every_line_keeps_the_rule(writer, start, poet, letters):
    rule = Rule(10, lambda word: word != "day")
    done, prefixes = draw_lines(writer, start, rule, 40, np.random.default_rng(1))
    assert len(done) > 5
    assert prefixes == []
    for row in done:
        assert row.text.endswith("\n")
        assert line_syllables(row.text) == 10
        assert last_word(row.text) != "day"
        assert letters.decode(row.tokens) == row.text
    newline = letters.encode("\n")
    assert done[0].log_probability == pytest.approx(nats(poet, newline + done[0].tokens, None), rel=1e-4)


def test_the_last_line_ends_a_sentence(writer, start):
    done, _ = draw_lines(writer, start, Rule(10, lambda word: True, last=True), 30, np.random.default_rng(1))
    assert done
    assert {row.text[-2] for row in done} <= set(".!?")


def test_what_waits_for_a_rhyme(writer, start, poet):
    rule = Rule(10, lambda word: False, tail=2)
    done, prefixes = draw_lines(writer, start, rule, 30, np.random.default_rng(1))
    assert done == []
    rows = [row for parked in prefixes for row in parked.rows]
    assert {10 - row.told for row in rows} == {1, 2}
    assert all(row.text.endswith(" ") and row.told == line_syllables(row.text) for row in rows)
    for parked in prefixes:
        assert parked.logits.shape == (len(parked.rows), poet.vocab_size)
        assert parked.state[0].shape[1] == len(parked.rows)


def test_a_given_beginning(writer, poet, letters):
    logits, state = poet.read(np.array([letters.encode("\nThe golden ")]))
    done, _ = draw_lines(
        writer, Start(state, logits, "The golden "), Rule(10, lambda word: True), 30, np.random.default_rng(1)
    )
    assert done
    assert all(row.text.startswith("The golden ") and line_syllables(row.text) == 10 for row in done)
    assert all(letters.decode(row.tokens) == row.text.removeprefix("The golden ") for row in done)
