import pytest

from rnnlab.errors import SettingError
from rnnlab.serve.service.limits import Limits


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(max_batch=0), "--max-batch=0: must be at least 1"),
        (Limits(queue=0), "--queue=0: must be at least 1"),
        (Limits(max_wait_ms=-1), "--max-wait-ms=-1: must be a number >= 0"),
        (Limits(rate=float("nan")), "--rate=nan: must be a number >= 0"),
        (Limits(rate=float("inf")), "--rate=inf: must be a number >= 0"),
    ],
)
def test_a_limit_out_of_range_is_named(limits, message):
    with pytest.raises(SettingError, match=f"^{message}$"):
        limits.check()


def test_the_defaults_are_in_range():
    Limits().check()


@pytest.mark.parametrize("name", ["head_seconds", "body_seconds", "write_seconds", "idle_seconds"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_no_phase_of_a_connection_is_without_a_limit(name, value):
    with pytest.raises(SettingError, match=f"^--{name.replace('_', '-')}=.*must be a number > 0$"):
        Limits(**{name: value}).check()


def test_a_service_takes_one_connection_at_least():
    with pytest.raises(SettingError, match=r"^--connections=0: must be at least 1$"):
        Limits(connections=0).check()
