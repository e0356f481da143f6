"""Beam search against every target that there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence.hypothesis import LEAST_ATTENTION, Hypothesis, rank
from rnnlab.generate.sequence.settings import SequenceDecoding

from .conftest import TableEngine

SOURCE = Source(np.array([3, 4, 5]))
IDS = (3, 4, 5)
ALL = {"beam": 400, "nbest": 400, "max_ratio": 0.0, "max_extra": 5, "length_penalty": "none"}


@pytest.mark.parametrize(
    ("penalty", "divisor"),
    [
        ({"length_penalty": "none"}, lambda n: 1.0),
        ({"length_penalty": "average"}, lambda n: n),
        ({"length_penalty": "average", "alpha": 0.5}, lambda n: n**0.5),
        ({"length_penalty": "gnmt", "alpha": 0.6}, lambda n: ((5 + n) / 6) ** 0.6),
    ],
)
def test_a_wide_beam_finds_all_targets_in_the_order_of_their_scores(make_engine, penalty, divisor):
    engine = make_engine()
    found = decode(engine, [SOURCE], SequenceDecoding(**ALL | penalty))[0]
    ended = [one for one in found if one.ended]
    expected = {t: engine.log_probability(IDS, t) / divisor(len(t) + 1) for t in engine.targets(5)}
    assert [one.tokens for one in ended] == sorted(expected, key=lambda t: -expected[t])
    for one in ended:
        assert one.score == pytest.approx(expected[one.tokens], abs=1e-9)
        assert one.log_probability == pytest.approx(engine.log_probability(IDS, one.tokens), abs=1e-9)


def test_targets_that_reach_the_limit_come_after_those_that_end(make_engine):
    engine = make_engine()
    found = decode(engine, [SOURCE], SequenceDecoding(**ALL | {"max_extra": 3}))[0]
    kinds = [one.ended for one in found]
    assert kinds == sorted(kinds, reverse=True)
    unended = {one.tokens: one.log_probability for one in found if not one.ended}
    assert len(unended) == 3**3
    for tokens, log in unended.items():
        assert log == pytest.approx(engine.log_probability(IDS, tokens, ended=False), abs=1e-9)


def test_coverage_is_the_log_of_the_attention_that_each_step_received(make_engine):
    engine = make_engine()
    found = decode(engine, [SOURCE], SequenceDecoding(**ALL | {"coverage_penalty": 0.7}))[0]
    ended = [one for one in found if one.ended]
    for one in ended:
        received = engine.received(IDS, one.tokens)
        expected = np.log(np.clip(received, LEAST_ATTENTION, 1)).sum()
        assert one.coverage == pytest.approx(expected, abs=1e-5)
        assert one.score == pytest.approx(one.log_probability + 0.7 * expected, abs=1e-5)
    scores = [one.score for one in ended]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("attends", [True, False])
def test_a_beam_of_one_takes_the_likeliest_every_time(make_engine, sources, attends):
    engine = make_engine(words=6, attends=attends)
    for source, (found,) in zip(sources, decode(engine, sources, SequenceDecoding()), strict=True):
        ids, history = tuple(source.ids.tolist()), (engine.begin_id,)
        while len(history) <= SequenceDecoding().limits(len(ids))[1]:
            logs = engine.said(ids, history)[0]
            logs[[0, 1, engine.begin_id]] = -np.inf
            history = (*history, int(logs[: engine.size].argmax()))
            if history[-1] == engine.end_id:
                break
        assert found.ended == (history[-1] == engine.end_id)
        assert found.tokens == history[1 : -1 if found.ended else None]


@pytest.mark.parametrize("beam", [1, 4])
def test_a_batch_changes_nothing(make_engine, sources, beam):
    engine = make_engine(words=6)
    settings = SequenceDecoding(beam=beam, nbest=beam, coverage_penalty=0.1, no_repeat=2)
    together = decode(engine, sources, settings, batch=64)
    assert together == decode(engine, sources, settings, batch=1)
    assert together == decode(engine, sources, settings, batch=5)


def test_results_are_in_the_order_of_the_sources_and_differ(make_engine, sources):
    engine = make_engine(words=6)
    settings = SequenceDecoding(beam=5, nbest=3)
    for source, found in zip(sources, decode(engine, sources, settings), strict=True):
        assert len({one.tokens for one in found}) == len(found) == 3
        for one in found:
            expected = engine.log_probability(tuple(source.ids.tolist()), one.tokens, one.ended)
            assert one.log_probability == pytest.approx(expected, abs=1e-9)


def test_sources_that_are_finished_leave_the_batch(make_engine, sources):
    engine = make_engine(words=6)
    decode(engine, sources, SequenceDecoding(beam=2))
    assert engine.rows[0] == len(sources)
    assert engine.rows[-1] < engine.rows[1] == 2 * len(sources)


class SureEngine(TableEngine):
    """Writes five times the first word of a source, whose end mark is the second likeliest all the time."""

    def said(self, source, history):
        logs = np.full(self.size + 2, np.log(0.01))
        logs[[self.end_id, source[0]]] = np.log([0.05, 0.9])
        if len(history) > 5:
            logs[[self.end_id, source[0]]] = np.log([0.9, 0.05])
        logs[self.size :] = -np.inf
        return logs, np.ones(len(source), np.float32)


@pytest.mark.parametrize("beam", [1, 2, 3, 5])
@pytest.mark.parametrize("penalty", ["none", "average"])
def test_targets_that_end_early_do_not_end_the_search_for_a_likelier_one(beam, penalty):
    settings = SequenceDecoding(beam=beam, nbest=beam, length_penalty=penalty)
    found = decode(SureEngine(), [SOURCE], settings)[0]
    assert found[0].tokens == (3,) * 5
    assert found[0].log_probability == pytest.approx(6 * np.log(0.9))
    assert len({one.tokens for one in found}) == beam


def test_nothing_to_decode(make_engine):
    assert decode(make_engine(), [], SequenceDecoding()) == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_no_ngram_comes_twice(make_engine, sources, size):
    settings = SequenceDecoding(beam=3, nbest=3, no_repeat=size, max_extra=30)
    for found in decode(make_engine(words=4, sharpness=0.5), sources, settings):
        for one in found:
            grams = [one.tokens[n : n + size] for n in range(len(one.tokens) - size + 1)]
            assert len(set(grams)) == len(grams)


def test_blocked_ngrams_leave_the_best_of_all_others(make_engine):
    engine = make_engine()
    found = decode(engine, [SOURCE], SequenceDecoding(**ALL | {"no_repeat": 1}))[0]
    allowed = [t for t in engine.targets(5) if len(set(t)) == len(t)]
    assert {one.tokens for one in found if one.ended} == set(allowed)


def test_lengths_follow_the_source(make_engine, sources):
    settings = SequenceDecoding(
        beam=3, nbest=3, max_ratio=1.5, max_extra=2, min_ratio=1.0, min_length=2, length_penalty="none"
    )
    for source, found in zip(sources, decode(make_engine(), sources, settings), strict=True):
        least, most = settings.limits(len(source.ids))
        assert (least, most) == (max(len(source.ids), 2), int(np.ceil(1.5 * len(source.ids))) + 2)
        for one in found:
            assert least <= len(one.tokens)
            assert len(one.tokens) + one.ended <= most


def test_padding_the_begin_mark_and_unknown_words_never_come(make_engine, sources):
    engine = make_engine()
    found = decode(engine, sources, SequenceDecoding(beam=6, nbest=6))
    written = {token for of_one in found for one in of_one for token in one.tokens}
    assert written == {2, 3, 4}
    replaced = decode(engine, sources, SequenceDecoding(beam=6, nbest=6, replace_unknown=True))
    assert {token for of_one in replaced for one in of_one for token in one.tokens} == {1, 2, 3, 4}


def test_only_the_words_of_its_own_source_are_copied(make_engine):
    engine = make_engine()
    extras = [Source(np.array([2, 3, number]), extras=number) for number in (0, 1, 2)]
    for source, found in zip(extras, decode(engine, extras, SequenceDecoding(**ALL)), strict=True):
        written = {token for one in found for token in one.tokens}
        assert written == {2, 3, 4, *range(engine.size, engine.size + source.extras)}


def test_alignment_and_attention_are_those_of_each_token(make_engine):
    engine = make_engine()
    for one in decode(engine, [SOURCE], SequenceDecoding(beam=3, nbest=3), attention=True)[0]:
        steps = range(len(one.tokens) + one.ended)
        expected = np.stack([engine.said(IDS, (engine.begin_id, *one.tokens[:n]))[1] for n in steps])
        np.testing.assert_array_equal(one.attention, expected)
        assert one.aligned == tuple(expected[: len(one.tokens)].argmax(axis=1))


def test_other_penalties_need_no_other_search(make_engine, sources):
    engine = make_engine(words=6)
    wide = SequenceDecoding(beam=4, nbest=4, length_penalty="none", coverage_penalty=0.3)
    found = decode(engine, sources, wide)
    for penalties in ({"alpha": 0.4}, {"length_penalty": "gnmt", "coverage_penalty": 0.9}):
        settings = SequenceDecoding(**{"beam": 4, "nbest": 1, "coverage_penalty": 0.3} | penalties)
        assert [rank(of_one, settings) for of_one in found] == decode(engine, sources, settings)


def test_equal_scores_go_to_the_lower_ids(make_engine):
    engine = make_engine(words=4, sharpness=0.0)
    settings = SequenceDecoding(beam=3, nbest=3, max_ratio=0, max_extra=2, min_length=1)
    assert [one.tokens for one in decode(engine, [SOURCE], settings)[0]] == [(2, 2), (2, 3), (2, 4)]


def test_where_nothing_may_come_the_target_ends_without_its_mark(make_engine):
    settings = SequenceDecoding(beam=2, no_repeat=1, min_length=9)
    (found,) = decode(make_engine(words=3), [SOURCE], settings)[0]
    assert sorted(found.tokens) == [2, 3, 4]
    assert not found.ended


@given(
    source=st.lists(st.integers(2, 9), min_size=1, max_size=3).map(tuple),
    words=st.integers(2, 3),
    sharpness=st.floats(0.1, 4),
    most=st.integers(2, 4),
    penalty=st.sampled_from(["none", "average", "gnmt"]),
)
def test_a_wide_beam_finds_the_best_target_of_any_model(source, words, sharpness, most, penalty):
    engine = TableEngine(words=words, sharpness=sharpness)
    settings = SequenceDecoding(beam=200, max_ratio=0, max_extra=most, length_penalty=penalty)
    (found,) = decode(engine, [Source(np.array(source))], settings)[0]
    every = [
        Hypothesis(tokens, engine.log_probability(source, tokens), True) for tokens in engine.targets(most)
    ]
    assert found.tokens == rank(every, settings)[0].tokens
    assert found.score == pytest.approx(rank(every, settings)[0].score, abs=1e-9)
