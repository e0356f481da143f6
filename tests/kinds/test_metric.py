"""Metrics are found by the names that runs log, and survive result.json."""

from __future__ import annotations

import json

import pytest

from rnnlab.kinds.classification import KIND as CLASSIFICATION
from rnnlab.kinds.language_modeling import KIND as LANGUAGE_MODELING
from rnnlab.kinds.metric import Metric, find_metric, from_json, to_json

METRICS = (Metric("loss", lower_is_better=True), Metric("loss_calibrated"), Metric("recall", by="class"))


@pytest.mark.parametrize(
    ("logged", "name"),
    [
        ("val/loss", "loss"),
        ("train/loss_epoch", "loss"),
        ("test/loss_calibrated", "loss_calibrated"),
        ("val/recall_very good", "recall"),
        ("loss", "loss"),
    ],
)
def test_a_logged_name_has_its_metric(logged, name):
    found = find_metric(METRICS, logged)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("logged", ["val/recall", "lr", "val/lossy"])
def test_other_names_have_none(logged):
    assert find_metric(METRICS, logged) is None


@pytest.mark.parametrize("kind", [CLASSIFICATION, LANGUAGE_MODELING])
def test_the_metrics_of_a_kind_come_back_from_result_json(kind):
    assert set(from_json(json.loads(json.dumps(to_json(kind.metrics))))) == set(kind.metrics)


def test_entries_of_another_form_are_left_out():
    facts = [{"name": "a", "decimals": "many"}, 3, {"unit": "m"}, {"name": "c", "unit": "m", "newer": True}]
    assert from_json(facts) == (Metric("c", unit="m", splits=()),)


def test_what_is_measured_in_training_can_be_monitored():
    assert Metric("loss", splits=("train", "val", "test")).monitored == ("train/loss", "val/loss")
    assert Metric("ece", splits=("test",)).monitored == ()
