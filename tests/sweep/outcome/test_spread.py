import pytest

from rnnlab.sweep.outcome.spread import spread


def test_the_interval_is_that_of_students_t():
    found = spread([0.5, 0.6, 0.7])
    assert found.mean == pytest.approx(0.6)
    assert found.deviation == pytest.approx(0.1)
    assert found.interval == pytest.approx(4.302653 * 0.1 / 3**0.5, rel=1e-5)  # t of 2 degrees at 0.975
    assert str(found) == "0.6000 ± 0.2484"


def test_a_single_value_has_no_interval():
    found = spread([0.5])
    assert (found.deviation, found.interval, str(found)) == (None, None, "0.5000")


def test_a_value_that_blew_up_leaves_no_deviation():
    found = spread([0.5, float("inf")])
    assert (found.mean, found.deviation, found.count) == (float("inf"), None, 2)
