import pytest

from rnnlab.errors import SettingError
from rnnlab.text.step import Step

STEP = Step(lambda text, mode: f"{text} {mode}", ("words", "keep", "drop"))


@pytest.mark.parametrize(
    ("value", "mode"),
    [(True, "words"), ("words", "words"), ("drop", "drop"), (False, False), ("keep", False)],
)
def test_true_is_the_first_mode_and_keep_is_off(value, mode):
    assert STEP.mode("emoji", value) == mode


def test_a_wrong_mode_names_the_nearest():
    with pytest.raises(SettingError, match=r"text.steps.emoji=word: no such mode\ndid you mean words\?"):
        STEP.mode("emoji", "word")


def test_a_bound_step_takes_a_text_alone():
    assert STEP.bound("drop")("a") == "a drop"
