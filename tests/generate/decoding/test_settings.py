from __future__ import annotations

import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("temperature", -0.1, "--temperature=-0.1: must be a number >= 0"),
        ("temperature", float("nan"), "--temperature=nan: must be a number >= 0"),
        ("temperature", float("inf"), "--temperature=inf: must be a number >= 0"),
        ("top_k", 0, "--top-k=0: must be at least 1"),
        ("top_p", 0.0, r"--top-p=0.0: must be in \(0, 1\]"),
        ("top_p", 1.1, r"--top-p=1.1: must be in \(0, 1\]"),
        ("typical", 2.0, r"--typical=2.0: must be in \(0, 1\]"),
        ("min_p", 1.0, r"--min-p=1.0: must be in \[0, 1\)"),
        ("repetition_penalty", 0.9, "--repetition-penalty=0.9: must be >= 1"),
        ("frequency_penalty", float("nan"), "--frequency-penalty=nan: must be a number"),
        ("no_repeat", -1, "--no-repeat=-1: must be at least 0"),
        ("banned", ("",), "--ban=: must not be empty"),
        ("stop", ("a", ""), "--stop=: must not be empty"),
    ],
)
def test_values_outside_their_ranges(field, value, message):
    with pytest.raises(SettingError, match=message):
        Decoding(**{field: value})


def test_the_ends_of_the_ranges_are_fine():
    Decoding(temperature=0, top_k=1, top_p=1, min_p=0, typical=1, repetition_penalty=1)


def test_temperature_0_leaves_chance_no_part():
    assert not Decoding(temperature=0).draws
    assert Decoding(temperature=1e-9).draws
