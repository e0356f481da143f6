"""What a saved config may build: rnnlab's own parts and listed classes, wherever they stand."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
import yaml

from rnnlab.run.config.allowed import ALLOWED, OWN, interpolations, targets

CONF = Path(__file__).parents[3] / "conf"


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_all_on_the_list_is_there_and_is_a_class_or_makes_a_logger(name):
    module, _, attribute = name.rpartition(".")
    found = getattr(import_module(module), attribute)
    assert isinstance(found, type) or name.startswith("rnnlab.training.logger.")


def named_in_conf() -> set[str]:
    contents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in CONF.rglob("*.yaml")]
    found = {str(value) for content in contents for _, value in targets(content)}
    for key in ("classifier", "forecaster"):
        found |= {content[key] for content in contents if key in (content or {})}
    return {name for name in found if "${" not in name and not name.startswith("hydra_plugins.")}


def test_every_class_that_conf_names_is_on_the_list():
    assert named_in_conf() - ALLOWED == set()


def test_no_more_of_rnnlab_is_on_the_list_than_conf_names():
    assert named_in_conf() >= OWN


def test_targets_are_found_in_arguments_and_lists_and_behind_partials():
    config = {
        "a": {"_target_": "one", "_partial_": True, "inside": {"_target_": "two"}},
        "b": [{"_target_": "three", "_args_": [[{"_target_": "four"}]]}],
        "c": ({"x._target_": "five"},),
    }
    assert [value for _, value in targets(config)] == ["one", "two", "three", "four", "five"]
    assert [place for place, _ in targets(config)][:2] == ["a._target_", "a.inside._target_"]


def test_texts_that_would_be_evaluated_are_found():
    config = {"a": "${oc.env:HOME}", "b": ["x", "a ${c} b"], "c": "$5 {x}"}
    assert dict(interpolations(config)) == {"a": "${oc.env:HOME}", "b.1": "a ${c} b"}
