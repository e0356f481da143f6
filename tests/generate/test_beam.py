"""Beam search against the best of all texts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from rnnlab.generate.beam import Beam, beam_search
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.fused import engine_of
from rnnlab.generate.write import write


def test_a_beam_of_one_takes_the_likeliest_every_time(make_model, letters):
    engine = engine_of(make_model())
    likeliest = write(engine, letters, ["ab"], 25, Decoding(temperature=0))[0]
    (found,) = beam_search(engine, letters, "ab", 25, 1)
    assert found.text == likeliest.text
    assert found.log_probability == pytest.approx(likeliest.log_probability, abs=1e-4)


def test_a_wide_beam_finds_the_best_of_all_texts(make_model, letters):
    engine, ids = engine_of(make_model()), range(2, letters.vocab_size)
    all_ = list(product(ids, repeat=3))
    rows = np.array([letters.encode("ab") + list(tokens) for tokens in all_])
    logs = engine.score(rows)[:, 1:].sum(axis=1)
    found = beam_search(engine, letters, "ab", 3, len(all_))
    assert tuple(found[0].tokens) == all_[int(logs.argmax())]
    assert found[0].log_probability == pytest.approx(float(logs.max()), abs=1e-4)
    scores = [one.log_probability for one in found]
    assert scores == sorted(scores, reverse=True)


def test_a_wider_beam_is_no_worse_here_and_texts_differ(make_model, letters):
    engine = engine_of(make_model())
    wide, narrow = (beam_search(engine, letters, "ab", 12, width) for width in (12, 2))
    assert wide[0].log_probability >= narrow[0].log_probability
    assert len({one.text for one in wide}) == 12


def test_the_length_is_normalised_as_in_the_paper():
    assert Beam((1,) * 7, -3.0).score(0.6) == pytest.approx(-3.0 / ((5 + 7) / 6) ** 0.6)
    assert Beam((1,) * 7, -3.0).score(0.0) == -3.0


def test_settings_of_what_may_come_hold(make_model, letters):
    engine = engine_of(make_model())
    for one in beam_search(engine, letters, "a", 15, 4, Decoding(banned=("b",), no_repeat=2)):
        assert "b" not in one.text[1:]
        pairs = [one.text[i : i + 2] for i in range(len(one.text) - 1)]
        assert len(set(pairs)) == len(pairs)


def test_a_stop_string_ends_a_beam(make_model, letters):
    engine = engine_of(make_model())
    best = beam_search(engine, letters, "a", 30, 3)[0].text
    stop = best[5]
    for one in beam_search(engine, letters, "a", 30, 3, Decoding(stop=(stop,))):
        assert stop not in one.text[1:]
