"""Drawn targets against the probabilities of the model."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.sequence.decode import decode, stream
from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence.settings import SequenceDecoding

SOURCE, IDS = Source(np.array([3, 4, 5])), (3, 4, 5)


def test_targets_come_as_often_as_they_are_likely(make_engine):
    engine, sources = make_engine(sharpness=1.0), [SOURCE] * 4
    settings = SequenceDecoding(temperature=1.0, nbest=1000, max_ratio=0, max_extra=2, min_length=1)
    drawn = [one.tokens[0] for of_one in decode(engine, sources, settings) for one in of_one]
    found, count = Counter(drawn), len(drawn)
    shares = np.exp(engine.said(IDS, (engine.begin_id,))[0][2 : engine.end_id])
    for token, share in zip(range(2, engine.end_id), shares / shares.sum(), strict=True):
        assert found[token] / count == pytest.approx(share, abs=4 * (0.25 / count) ** 0.5)


def test_log_probabilities_are_those_of_the_model_whatever_the_temperature(make_engine, sources):
    engine = make_engine(words=6)
    settings = SequenceDecoding(temperature=0.5, nbest=3, top_k=4, seed=7)
    for source, found in zip(sources, decode(engine, sources, settings), strict=True):
        assert len(found) == 3
        for one in found:
            expected = engine.log_probability(tuple(source.ids.tolist()), one.tokens, one.ended)
            assert one.log_probability == pytest.approx(expected, abs=1e-9)


def test_a_batch_changes_nothing_and_a_seed_everything(make_engine, sources):
    engine, settings = make_engine(words=6), SequenceDecoding(temperature=1.0, nbest=2)
    together = decode(engine, sources, settings)
    assert together == decode(engine, sources, settings, batch=1) == decode(engine, sources, settings)
    assert together != decode(engine, sources, SequenceDecoding(temperature=1.0, nbest=2, seed=1))


@pytest.mark.parametrize(
    "filter_", [{"top_k": 1}, {"top_p": 1e-9}, {"min_p": 0.9999999}, {"temperature": 1e-6}]
)
def test_filters_that_leave_one_token_search_greedily(make_engine, sources, filter_):
    engine = make_engine(words=6)
    drawn = decode(engine, sources, SequenceDecoding(**{"temperature": 1.0} | filter_))
    greedy = decode(engine, sources, SequenceDecoding())
    for one, other in zip(drawn, greedy, strict=True):
        assert one[0].tokens == other[0].tokens
        assert one[0].log_probability == pytest.approx(other[0].log_probability, abs=1e-9)


def test_limits_repetitions_and_own_words_hold(make_engine):
    engine = make_engine(sharpness=0.5)
    given = [Source(np.array([2, 3, number]), extras=number) for number in (0, 1, 2)]
    settings = SequenceDecoding(temperature=2.0, nbest=20, min_length=2, no_repeat=2, max_extra=4)
    for source, found in zip(given, decode(engine, given, settings), strict=True):
        for one in found:
            assert 2 <= len(one.tokens) <= settings.limits(3)[1]
            assert set(one.tokens) <= {2, 3, 4, *range(engine.size, engine.size + source.extras)}
            pairs = [one.tokens[n : n + 2] for n in range(len(one.tokens) - 1)]
            assert len(set(pairs)) == len(pairs)


def test_where_nothing_may_come_the_target_ends_without_its_mark(make_engine):
    settings = SequenceDecoding(temperature=1.0, no_repeat=1, min_length=9)
    (found,) = decode(make_engine(words=3), [SOURCE], settings)[0]
    assert sorted(found.tokens) == [2, 3, 4]
    assert not found.ended
    assert len(found.aligned) == 3


@pytest.mark.parametrize("settings", [SequenceDecoding(), SequenceDecoding(temperature=1.0, seed=3)], ids=str)
def test_a_stream_grows_into_what_is_decoded_at_once(make_engine, sources, settings):
    engine = make_engine(words=6)
    for source in sources:
        grown = [one.tokens for one in stream(engine, source, settings)]
        assert all(after[: len(one)] == one for one, after in pairwise(grown))
        assert grown[-1] == decode(engine, [source], settings)[0][0].tokens


def test_a_beam_cannot_be_streamed(make_engine):
    with pytest.raises(SettingError, match=r"--beam=5: must be 1 to stream"):
        list(stream(make_engine(), SOURCE, SequenceDecoding(beam=5)))


@pytest.mark.parametrize("setting", [{"replace_unknown": True}, {"coverage_penalty": 0.5}])
def test_settings_of_attention_need_some(make_engine, setting):
    with pytest.raises(SettingError, match=r"needs a decoder with attention.*decoder=none"):
        decode(make_engine(attends=False), [SOURCE], SequenceDecoding(**setting))
