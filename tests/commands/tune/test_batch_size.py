"""When the search for a batch size stops and what it suggests."""

from rnnlab.commands.tune.batch_size import Trial, is_futile, suggestion, would_not_fit


def trials(*rates, memory=None):
    memory = memory or [100] * len(rates)
    return [Trial(8 * 2**i, rate, memory[i]) for i, rate in enumerate(rates)]


def test_the_smallest_size_near_the_best_rate_is_suggested():
    assert suggestion(trials(100, 180, 300, 310)) == 32
    assert suggestion(trials(100, 180, 300, 330)) == 64
    assert suggestion(trials(100)) == 8


def test_two_doublings_without_a_gain_end_the_search():
    assert not is_futile(trials(100, 101))
    assert is_futile(trials(100, 101, 104))
    assert not is_futile(trials(100, 101, 110))
    assert not is_futile(trials(100, 200, 201))


def test_a_slow_size_between_two_fast_ones_does_not_end_it():
    assert not is_futile(trials(100, 90, 150))


def test_the_next_size_is_left_out_where_its_memory_is_not_there():
    found = trials(1, 2, 3, memory=[100, 150, 250])
    assert would_not_fit(found, free=199)
    assert not would_not_fit(found, free=201)
    assert not would_not_fit(found, free=None)
    assert not would_not_fit(found[:1], free=0)
