import pytest

from rnnlab.report.names import class_part, declared, label, lower_is_better, split_of, splits_said


@pytest.mark.parametrize(
    "name", ["train/loss", "val/nats_windows", "test/bits_stream", "val/perplexity_windows"]
)
def test_losses_are_better_when_lower(name):
    assert lower_is_better(name)


@pytest.mark.parametrize("name", ["val/accuracy", "val/macro_recall", "test/accuracy_windows", "lr"])
def test_scores_are_better_when_higher(name):
    assert not lower_is_better(name)


def test_a_name_is_taken_apart_into_split_label_and_class():
    assert (split_of("val/macro_f1"), label("val/macro_f1"), split_of("lr")) == ("val", "macro f1", "")
    assert class_part("test/recall_very_bad") == ("recall", "very_bad")
    assert class_part("test/macro_recall") is None
    assert class_part("test/recall") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"official": True, "held_out": ["validation"]}, "official splits"),
        ({"official": False}, "not the official splits"),
        ({"official": None, "held_out": ["validation", "test"]}, "validation and test held out of train"),
        (
            {"official": None, "held_out": ["validation", "test"], "tested": "validation"},
            "validation held out of train",
        ),
        ({"official": None, "held_out": []}, "splits as given"),
        ({}, "splits as given"),
    ],
)
def test_splits_are_called_official_only_where_official_ones_exist(data, said):
    assert splits_said(data) == said


def test_a_declared_direction_comes_before_the_name():
    facts = [{"name": "loss", "lower_is_better": False}, {"name": "worst", "lower_is_better": True}]
    facts += [{"name": "worst", "lower_is_better": False, "by": "class"}, "broken"]
    assert not lower_is_better("val/loss", facts)
    assert lower_is_better("train/worst_epoch", facts)
    assert not lower_is_better("test/worst_positive", facts)
    assert lower_is_better("val/nats_windows", facts)
    assert declared({"metric_facts": facts}) == ["loss", "worst"]
