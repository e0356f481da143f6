"""The 8-bit steps stay near the network's."""

from __future__ import annotations

import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.engine import Engine
from rnnlab.opened.run import open_run
from rnnlab.writing.eight_bits import EightBitEngine


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


def test_a_classifier_has_none(classifier_run):
    with pytest.raises(SettingError, match="only a language model writes"):
        EightBitEngine(open_run(classifier_run))
