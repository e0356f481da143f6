"""The catalog of all settings: what conf/ has, what a choice takes from its bases, what lacks a meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnlab.run.config.catalog import ABOUT, UNLISTED, Group, general, groups
from rnnlab.run.config.defaults import in_words

CONF = Path(__file__).parents[3] / "conf"
AS_FILES = ("experiment", "debug", "kind")


@pytest.fixture
def group(tmp_path):
    """group({name: text}) -> a group `model` with these files."""

    def made(files: dict[str, str]) -> Group:
        folder = tmp_path / "model"
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return Group(folder)

    return made


def test_a_choice_has_the_settings_of_its_bases(group):
    found = group(
        {
            "base": "cell: lstm # the cell\nsize: 3\n",
            "middle": "defaults: [base, _self_]\nsize: 4\n",
            "top": "defaults: [middle, _self_]\ncell: gru\n",
        }
    )
    assert found.bases("top") == ["middle", "base"]
    settings = found.settings("top")
    assert {key: one.value for key, one in settings.items()} == {"cell": "gru", "size": 4}
    assert settings["cell"].meaning == "the cell"


def test_braces_change_single_keys_of_a_block_and_null_replaces_it(group):
    found = group(
        {
            "base": "hub:\n  path: a # name\n  config: b\n",
            "other": "defaults: [base, _self_]\nhub: {config: c}\n",
            "without": "defaults: [base, _self_]\nhub: null\n",
        }
    )
    assert {k: one.value for k, one in found.settings("other").items()} == {
        "hub.path": "a",
        "hub.config": "c",
    }
    assert {k: one.value for k, one in found.settings("without").items()} == {"hub": None}


def test_a_task_sets_keys_of_other_groups_and_selects_their_choices():
    task = Group(CONF / "task")
    assert task.selects("tweets") == {
        "data": "tweets",
        "text": "tweet",
        "tokenizer": "word",
        "callback": "ema",
    }
    assert task.sets("shakespeare")["model.hidden_size"] == 256
    assert task.settings("tweets")["class_weights"].value == "balanced"
    assert "hidden_size" not in task.settings("shakespeare")


def test_rules_meanings_and_defaults_come_from_the_places_that_hold_them():
    rows = {one.key: one for one in Group(CONF / "model").documented("bilstm")}
    assert rows["model.dropout"].allowed == "a number >= 0 and < 1"
    assert rows["model.bidirectional"].value is True
    assert rows["model.encoder.hidden_size"].meaning == "that of model.hidden_size"
    assert rows["model.hidden_size"].default == "128"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("???", "(required)"),
        ("${model.size}", "as model.size"),
        ("${oc.select:model.size,3}", "as model.size, else 3"),
        ("${oc.env:RNNLAB_DATA_DIR,data}", "RNNLAB_DATA_DIR of the environment, else data"),
        (None, "null"),
        ("", '""'),
        ([1, "${seed}"], "[1, as seed]"),
        ({"a": True}, "{a: true}"),
    ],
)
def test_a_default_is_shown_as_what_it_stands_for(value, words):
    assert in_words(value) == words


def test_every_group_is_described():
    assert {path.name for path in CONF.iterdir() if path.is_dir()} - set(UNLISTED) == set(ABOUT)
    assert [group.name for group in groups(CONF)] == sorted(ABOUT)


def test_every_choice_is_described_or_differs_from_its_base():
    found = [
        (group.name, name)
        for group in groups(CONF)
        for name in group.choices
        if not group.choices[name].about
    ]
    assert [(group, name) for group, name in found if not Group(CONF / group).bases(name)] == []


def test_every_setting_has_a_meaning():
    missing = [one.key for one in general(CONF) if not one.meaning]
    for group in groups(CONF):
        if group.name not in AS_FILES:
            rows = [one for name in group.choices for one in group.documented(name)]
            missing += sorted({one.key for one in rows if not one.meaning})
    assert missing == [], "each needs a comment behind it in conf/, or in the lines above"
