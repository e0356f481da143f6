import pytest

from rnnlab.serve.service import rate as module
from rnnlab.serve.service.rate import Rate


def test_a_client_has_twice_its_rate_at_once_and_then_its_rate():
    rate = Rate(2)
    assert [rate.wait("a", 0.0) for _ in range(4)] == [0] * 4
    assert rate.wait("a", 0.0) == pytest.approx(0.5)
    assert rate.wait("a", 0.5) == 0
    assert rate.wait("a", 0.5) == pytest.approx(0.5)


def test_clients_do_not_share():
    rate = Rate(0.5)
    assert [rate.wait("a", 0.0), rate.wait("b", 0.0)] == [0, 0]
    assert rate.wait("a", 0.0) == pytest.approx(2)


def test_without_a_rate_everything_passes_and_nobody_is_remembered():
    rate = Rate(0)
    assert all(rate.wait("a", 0.0) == 0 for _ in range(1000))
    assert len(rate) == 0


def test_strangers_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(module, "MOST_CLIENTS", 10)
    rate = Rate(1)
    for number in range(100):
        rate.wait(str(number), 0.0)
    assert len(rate) == 10
