"""The rules of single values, and that no setting is left without one."""

import math
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.utils import get_class
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import MISSING

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.rule import MOST, PROBABILITY, SIZE, Amount, Choice, Flag, Number, Pattern, Text
from rnnlab.rule_lists import Items, Label, PartSize, Tree
from rnnlab.run.config.check import check_rules, leaves, own_rules
from rnnlab.run.config.rules import rule_for
from rnnlab.run.config.rules_training import LIMIT
from rnnlab.sweep.command import own_settings

CONFIG_DIR = Path(__file__).parents[3] / "conf"
# of groups that only one kind of problem has
TASKS = {
    "head": "tagging",
    "characters": "tagging",
    "decoder": "text_to_text",
    "scoring": "anomaly",
    "probe": "probe",
}
TASKS_OF_KINDS = {
    "tagging": "tagging",
    "text_to_text": "text_to_text",
    "forecasting": "forecast",
    "anomaly": "anomaly",
    "series_classification": "digits",
    "probing": "probe",
}
OPTIONS = [
    f"{path.parent.name}={path.stem}"
    for path in sorted(CONFIG_DIR.glob("*/*.yaml"))
    if path.parent.name
    not in ("sweep", "launcher", "paths", "kind")  # `own_settings` has its rules, a task its kind
]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_probability_is_at_least_zero_and_below_one(value):
    assert PROBABILITY.allows(value) is (0 <= value < 1)


@given(st.integers())
def test_a_size_is_a_whole_number_from_one_that_can_be_counted(value):
    assert SIZE.allows(value) is (1 <= value <= MOST)
    assert not SIZE.allows(value + 0.5)


@pytest.mark.parametrize("value", [True, False, None, "3", math.nan, math.inf, -math.inf, [1], {}])
def test_a_number_is_no_flag_no_text_no_nan(value):
    assert not SIZE.allows(value)
    assert not Number().allows(value)


def test_words_stand_beside_numbers_and_are_named():
    rule = Number(1, whole=True, words=("auto", None))
    assert rule.allows("auto")
    assert rule.allows(None)
    assert not rule.allows("often")
    assert str(rule) == "a whole number >= 1 or auto or null"


def test_an_open_end_is_refused_and_a_whole_limit_has_all_its_digits():
    assert not Number(0, open="low").allows(0)
    assert str(Number(0, 1, open="low high")) == "a number > 0 and < 1"
    assert str(Number(0, 2**32 - 1, whole=True)) == "a whole number >= 0 and <= 4294967295"


@pytest.mark.parametrize(
    ("value", "allowed"), [(1, True), (0.01, True), (1.0, True), (1.5, False), (0, False)]
)
def test_an_amount_is_a_count_or_a_fraction(value, allowed):
    assert Amount().allows(value) is allowed
    assert Amount(0).allows(0.0)
    assert str(LIMIT) == "a whole number >= 1, a fraction > 0.0 and <= 1.0 or null"


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        (["a", "b"], True),
        ([1, 2], True),
        ([True, False], True),
        (None, True),
        ([], False),
        (["a"], False),
        (["a", "a"], False),
        ([1, "1"], False),
        (["a", None], False),
        (["a", ["b"]], False),
        (["a", " "], False),
        ("a", False),
    ],
)
def test_classes_are_two_different_names_or_more(value, allowed):
    assert Items(Label(), 2, different=True, words=(None,)).allows(value) is allowed


def test_a_list_says_how_many_and_what_each_is():
    rule = Items(PROBABILITY, 2, 2)
    assert str(rule) == "a list of 2, each a number >= 0 and < 1"
    assert rule.allows([0.9, 0.99])
    assert not any(map(rule.allows, ([0.9], [0.9, 1.0], 0.9, [0.9, math.nan], [0.9, "x"], {}, None)))


def test_text_and_mappings():
    assert Text().allows("a")
    assert not any(map(Text().allows, ("", None, 3, True, ["a"], "a\0b")))
    assert Text(optional=True).allows(None)
    assert Tree().allows({})
    assert not any(map(Tree().allows, (3, "a", [], None)))
    assert Tree(optional=True, words=("simple",)).allows("simple")


def test_the_part_of_a_series():
    assert all(map(PartSize().allows, (0.7, 8640, 0, "2014-07-01", None)))
    assert not any(map(PartSize().allows, (-1, 1.5, True, "", [0.1], math.nan, math.inf)))


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


def task_for(option):
    """The task of a choice that only one kind of problem has: of a group, or of data that serve it."""
    group = option.partition("=")[0]
    if group != "data":
        return [f"task={TASKS[group]}"] if group in TASKS else []
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        served = get_class(compose("train", overrides=[option]).data._target_).serves
    return [f"task={TASKS_OF_KINDS[kind]}" for kind in served if kind in TASKS_OF_KINDS][:1]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_setting_of_every_choice_has_a_rule_and_keeps_it(option):
    task = task_for(option)
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=[*task, option])
    own = own_rules(cfg)
    for key, value in leaves(cfg, own):
        # the cleaner says what a step may be, and the data which types there are; data.probe repeats probe
        if value != MISSING and not key.startswith(("text.steps.", "data.more_types.", "data.probe.")):
            rule = rule_for(key, own)
            assert rule is not None, f"{key}={value} has no rule in rnnlab/run/rules_*.py"
            assert rule.allows(value), f"{key}={value}: must be {rule}"


@pytest.mark.parametrize("choice", sorted((CONFIG_DIR / "sweep").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_setting_of_sweeps_keeps_its_rule(choice):
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose("train", overrides=[f"sweep={choice.stem}"])
    check_rules(own_settings(cfg))
