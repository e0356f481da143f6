"""What decoding accepts, and how it refuses the rest."""

from __future__ import annotations

import pytest

from rnnlab.errors import SettingError
from rnnlab.generate.sequence.settings import RULES, SequenceDecoding


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"beam": 0}, "--beam=0: must be a whole number >= 1 and <= 1000"),
        ({"beam": 2.5}, "--beam=2.5: must be a whole number"),
        ({"beam": True}, "--beam=True: must be a whole number"),
        ({"beam": 2, "nbest": 3}, "--nbest=3: must be at most --beam, 2"),
        ({"length_penalty": "wu"}, "--length-penalty=wu: must be one of none, average, gnmt"),
        ({"alpha": -1.0}, "--alpha=-1.0: must be a number >= 0"),
        ({"alpha": float("nan")}, "--alpha=nan: must be a number >= 0"),
        ({"temperature": 0.7, "beam": 2}, "--beam=2: must be 1 with --temperature 0.7"),
        ({"top_k": 5}, "--top-k=5: needs --temperature above 0"),
        ({"top_p": 0.0, "temperature": 1.0}, "--top-p=0.0: must be a number > 0 and <= 1"),
        ({"max_ratio": 0, "max_extra": 0}, "--max-extra=0: must be at least 1 with --max-ratio 0"),
        ({"seed": -1}, "--seed=-1: must be a whole number >= 0"),
    ],
    ids=str,
)
def test_wrong_values_are_named(chosen, message):
    with pytest.raises(SettingError) as caught:
        SequenceDecoding(**chosen)
    assert str(caught.value).startswith(message)


def test_every_setting_has_a_rule():
    assert set(RULES) == set(SequenceDecoding.__dataclass_fields__)


def test_changed_settings_fit_together():
    own = SequenceDecoding(beam=5, no_repeat=3)
    assert own.changed({"temperature": 0.8}) == SequenceDecoding(beam=1, temperature=0.8, no_repeat=3)
    assert own.changed({"nbest": 8}).beam == 8
    assert own.changed({"nbest": 3}).beam == 5
    assert SequenceDecoding(beam=5, nbest=5).changed({"beam": 2}).nbest == 2
    assert own.changed({}) == own
    with pytest.raises(SettingError, match=r"--nbest=4: must be at most --beam, 2"):
        own.changed({"beam": 2, "nbest": 4})
    with pytest.raises(SettingError, match=r"--beam=0: must be a whole number"):
        own.changed({"beam": 0})


def test_an_unknown_setting_is_refused_with_the_nearest():
    with pytest.raises(
        SettingError, match=r"--lenght-penalty=gnmt: no such setting\ndid you mean --length-penalty"
    ):
        SequenceDecoding().changed({"lenght_penalty": "gnmt"})


def test_limits():
    assert SequenceDecoding(max_ratio=1.5, max_extra=3).limits(5) == (0, 11)
    assert SequenceDecoding(min_ratio=0.5, min_length=2).limits(9) == (4, 38)
    assert SequenceDecoding(min_length=50, max_extra=1).limits(1) == (50, 51)
