"""The rules of single values, and that no setting is left without one."""

import math
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hypothesis import given
from hypothesis import strategies as st

import rnnlab.run.command  # noqa: F401  registers the resolvers
from rnnlab.run.check import leaves
from rnnlab.run.rule import Choice, Flag, Number, Pattern
from rnnlab.run.rules import LIMIT, PROBABILITY, SIZE, rule_for

CONFIG_DIR = Path(__file__).parents[2] / "conf"
GROUPS = (
    *("data", "tokenizer", "embedding", "augment", "objective", "model"),
    *("optimizer", "scheduler", "trainer", "callback", "logger", "ngrams", "task"),
)
OPTIONS = [
    f"{group}={path.stem}"
    for group in GROUPS
    for path in sorted((CONFIG_DIR / group).glob("*.yaml"))
    if not path.stem.startswith("_")
]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_probability_is_at_least_zero_and_below_one(value):
    assert PROBABILITY.allows(value) is (0 <= value < 1)


@given(st.integers())
def test_a_size_is_a_whole_number_from_one(value):
    assert SIZE.allows(value) is (value >= 1)
    assert not SIZE.allows(value + 0.5)


@pytest.mark.parametrize("value", [True, False, None, "3", math.nan, [1]])
def test_a_number_is_no_flag_no_text_no_nan(value):
    assert not SIZE.allows(value)
    assert not Number().allows(value)


def test_words_stand_beside_numbers_and_are_named():
    rule = Number(1, whole=True, words=("auto", None))
    assert rule.allows("auto")
    assert rule.allows(None)
    assert not rule.allows("often")
    assert str(rule) == "a whole number >= 1 or auto or null"


def test_an_open_end_is_refused():
    assert not LIMIT.allows(0)
    assert LIMIT.allows(0.01)
    assert str(Number(0, 1, open="low high")) == "a number > 0 and < 1"


def test_choices_flags_and_patterns():
    assert Choice(("a", "b")).allows("a")
    assert not Choice(("a", "b")).allows("c")
    assert Flag().allows(False)
    assert not Flag().allows(0)
    assert not Flag().allows(None)
    assert Flag(optional=True).allows(None)
    time = rule_for("trainer.max_time")
    assert isinstance(time, Pattern)
    assert time.allows("00:00:05:00")
    assert time.allows(None)
    assert not time.allows("5")


def test_a_full_key_comes_before_its_last_part():
    assert rule_for("data.batch_size") is not None
    assert rule_for("model.whatever") is None
    assert rule_for("trainer.max_epochs") is rule_for("max_epochs")


@pytest.mark.parametrize("option", OPTIONS)
def test_every_number_and_flag_of_every_choice_has_a_rule_and_keeps_it(option):
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=[option])
    group = option.partition("=")[0]
    for key, value in leaves(cfg):
        if key.startswith(f"{group}.") and isinstance(value, int | float) and not key.endswith("_"):
            rule = rule_for(key)
            assert rule is not None, f"{key}={value} has no rule in rnnlab/run/rules.py"
            assert rule.allows(value), f"{key}={value}: must be {rule}"
