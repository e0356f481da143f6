"""Alarms against events: counted by hand, added over series, and no better than chance at random."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.series.events import EventCounts, add_events, count_events, event_scores

HOUR = 3600 * 10**9


def test_a_series_counted_by_hand():
    #                  event 1        event 2     event 3
    labels = np.array([0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0])
    alarms = np.array([0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0])
    times = np.arange(13) * 2 * HOUR
    counts = count_events(labels, alarms, times)
    # 2 of 3 are found, after 1 step and at once; of the alarms, the first (2 of 3 points inside) and the last
    assert counts == EventCounts(3, 2, 3, 2, 1, 2 / 24, 1.0)
    assert event_scores(counts) == {
        "event_recall": pytest.approx(2 / 3),
        "event_precision": pytest.approx(2 / 3),
        "event_f1": pytest.approx(2 / 3),
        "delay": 0.5,
        "delay_hours": pytest.approx(1),
        "false_alarms_per_day": 1.0,
    }


def test_an_alarm_half_inside_is_false_and_an_event_is_found_by_one_point():
    counts = count_events(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1]))
    assert (counts.found, counts.alarms, counts.correct, counts.delay) == (1, 1, 0, 1)


def test_an_alarm_before_an_event_that_goes_on_has_no_delay():
    assert count_events(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])).delay == 0


def test_without_alarms_events_or_times():
    none = event_scores(count_events(np.array([0, 1, 0]), np.zeros(3)))
    assert (none["event_recall"], none["event_precision"], none["event_f1"]) == (0, 0, 0)
    assert np.isnan([none["delay"], none["delay_hours"], none["false_alarms_per_day"]]).all()
    assert np.isnan(event_scores(count_events(np.zeros(3), np.ones(3)))["event_recall"])
    assert event_scores(add_events([]))["event_precision"] == 0


MARKS = st.lists(st.booleans(), min_size=1, max_size=30)


@given(st.lists(st.tuples(MARKS, MARKS), min_size=1, max_size=4))
def test_series_add_up_to_one_with_gaps_between(series):
    pairs = [(np.array(a[: len(b)]), np.array(b[: len(a)])) for a, b in series]
    joined = [np.concatenate([np.append(pair[part], False) for pair in pairs]) for part in (0, 1)]
    assert add_events(count_events(*pair) for pair in pairs) == count_events(*joined)


@given(MARKS, MARKS)
def test_counts_keep_their_order(labels, alarms):
    size = min(len(labels), len(alarms))
    counts = count_events(np.array(labels[:size]), np.array(alarms[:size]))
    assert 0 <= counts.found <= counts.events
    assert 0 <= counts.correct <= counts.alarms
    assert (counts.found > 0) == any(a and b for a, b in zip(labels, alarms, strict=False))


def test_alarms_without_information_are_no_better_than_an_alarm_everywhere():
    rng = np.random.default_rng(0)
    labels = np.zeros(2000, int)
    labels[[*range(300, 400), *range(1500, 1620)]] = 1
    rate = labels.mean()
    for share in (0.01, 0.1, 0.5):
        found = [event_scores(count_events(labels, rng.random(2000) < share)) for _ in range(50)]
        assert np.mean([one["event_precision"] for one in found]) < rate + 0.02
        assert np.mean([one["event_f1"] for one in found]) < 2 * rate / (1 + rate) + 0.02
    assert event_scores(count_events(labels, np.ones(2000)))["event_precision"] == 0


def test_other_lengths_are_refused():
    with pytest.raises(ValueError, match=r"labels \(2,\), alarms \(3,\) and times must be of one length"):
        count_events(np.zeros(2), np.zeros(3))
