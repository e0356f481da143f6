"""What of styles cannot go together."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check
from rnnlab.run.config.styles import styles_of_data

CONFIG_DIR = Path(__file__).parents[3] / "conf"
STYLED = ["task=shakespeare", "data=styles", "data.paths=[a.txt,b.txt,c.txt]", "model=lstm"]


def composed(*overrides: str):
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose("train", overrides=list(overrides))


def test_the_commands_that_are_documented_are_fine():
    check(composed(*STYLED, "model.style_size=16"))
    check(composed(*STYLED))
    check(composed("experiment=shakespeare_styles"))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["task=shakespeare", "data=styles"], ["data.paths=???", "must be given: add data.paths=..."]),
        ([*STYLED, "model.style_size=-1"], ["model.style_size=-1", "a whole number >= 0"]),
        ([*STYLED, "model.style_size=1.5"], ["model.style_size=1.5", "a whole number"]),
        ([*STYLED, "data.paths=[a.txt]"], ["data.paths=[a.txt]", "at least two texts", "data=textfile"]),
        ([*STYLED, "data.paths=a.txt"], ["data.paths=a.txt", "must be a list such as [a.txt,b.txt,c.txt]"]),
        ([*STYLED, "data.names=[x,y]"], ["data.names=[x,y]", "3 names"]),
        ([*STYLED, "data.names=[x,y,x]"], ["data.names=[x,y,x]", "two texts the name x"]),
        ([*STYLED, "data.names=x"], ["data.names=x", "must be a list"]),
        ([*STYLED, "data.paths=[p/a.txt,q/a.txt]"], ["two texts the name a", "data.names"]),
        (
            ["task=shakespeare", "model.style_size=16"],
            ["model.style_size=16", "data=tiny_shakespeare has none", "data=styles"],
        ),
        (["task=imdb", "model.style_size=16"], ["model.style_size=16", "task=imdb reads no styles"]),
        (
            [*STYLED, "task.dynamic_evaluation.enabled=true"],
            ["task.dynamic_evaluation.enabled=True", "texts of several styles"],
        ),
    ],
)
def test_what_makes_no_sense_is_refused(overrides, words):
    with pytest.raises(SettingError) as caught:
        check(composed(*overrides))
    assert [word for word in words if word not in str(caught.value)] == []


def test_names_of_styles_come_from_the_config():
    assert styles_of_data(composed(*STYLED)) == ("a", "b", "c")
    assert styles_of_data(composed("experiment=shakespeare_styles")) == ("sonnets", "hamlet", "windsor")
    assert styles_of_data(composed("task=shakespeare")) == ()
