"""The 8-bit steps stay near the network's."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.write import stream, write
from rnnlab.generate.writing import Writing, begin
from rnnlab.kinds.language_modeling.writing.int8_engine import EightBitEngine
from rnnlab.sweep.best_run import open_run


def test_steps_are_near_those_of_the_network_in_every_row(language_run):
    run = open_run(language_run)
    engine, exact = EightBitEngine(run), Engine(run.network)
    prompt = np.array([run.tokenizer.encode("([")] * 3)
    (first, state), (same, other) = engine.read(prompt), exact.read(prompt)
    np.testing.assert_array_equal(first, same)
    for tokens in ([2, 3, 4], [4, 2, 2], [3, 3, 5]):
        found, state = engine.step(np.array(tokens), state)
        expected, other = exact.step(np.array(tokens), other)
        np.testing.assert_allclose(found, expected, atol=0.2)
        assert np.abs(found - expected).max() > 1e-6
        assert [part.shape for part in state] == [part.shape for part in other]


@pytest.fixture(scope="module")
def engines(language_run):
    """The tokenizer; an engine that takes many steps at once, and one that takes them one by one."""
    run = open_run(language_run)
    many, single = EightBitEngine(run), EightBitEngine(run)
    single.walker = None
    return run.tokenizer, many, single


@pytest.mark.parametrize(
    "decoding",
    [
        Decoding(temperature=0),
        Decoding(temperature=0.8),
        Decoding(temperature=2.5, banned=("(", "a")),
        Decoding(temperature=0.7, stop=("ab", ")")),
        Decoding(temperature=1.5, top_k=3),
        Decoding(temperature=1.5, top_k=1000, min_p=0.1),
        Decoding(temperature=1.2, top_p=0.7),
        Decoding(temperature=0, repetition_penalty=1.5, frequency_penalty=-0.1),
        Decoding(
            temperature=1.3, top_k=5, top_p=0.9, min_p=0.05, repetition_penalty=1.2, frequency_penalty=0.3
        ),
        Decoding(temperature=0.9, typical=0.5),
        Decoding(temperature=0.9, no_repeat=3),
    ],
)
def test_many_steps_at_once_write_what_single_ones_do(engines, decoding):
    tokenizer, many, single = engines
    prompts = ["([", "a", "", "(b"]
    found, expected = (write(e, tokenizer, prompts, 150, decoding, seed=5) for e in (many, single))
    assert [(one.text, one.tokens) for one in found] == [(one.text, one.tokens) for one in expected]
    np.testing.assert_allclose(
        [one.log_probability for one in found], [one.log_probability for one in expected], rtol=1e-4
    )
    alone = write(single, tokenizer, ["(["], 150, decoding, seed=5)[0]  # 8 bits are scaled by the whole batch
    assert "([" + "".join(stream(many, tokenizer, "([", 150, decoding, 5)) == alone.text


@pytest.mark.parametrize("decoding", [Decoding(temperature=0.8), Decoding(frequency_penalty=0.5)])
def test_a_text_goes_on_after_many_steps_as_after_single_ones(engines, decoding):
    tokenizer, many, single = engines
    texts = []
    for engine, sizes in ((many, (1, 7, 40)), (many, (48,)), (single, (30, 18))):
        writing = Writing(engine, tokenizer, begin(engine, tokenizer, ["(", "a"]), decoding, 3)
        for size in sizes:
            assert writing.advance_by(size).tokens.shape == (size, 2)
        later = Writing(engine, tokenizer, writing.going(), decoding, 3)
        texts.append([*writing.going().read, later.advance_by(20).tokens.tolist()])
    assert texts[0] == texts[1] == texts[2]
