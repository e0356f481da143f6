"""What an objective asks of task, model and data, as far as a config alone shows it."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.kinds.classification import KIND
from rnnlab.kinds.classification.check_objective import may_have_unlabelled, wants_unlabelled
from rnnlab.run.config.check import check
from rnnlab.run.config.rules import rule_for

CONFIG_DIR = Path(__file__).parents[3] / "conf"


def composed(*overrides: str):
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose("train", overrides=list(overrides))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (
            ["task=tweets", "objective=mixed"],
            [
                "objective.unlabelled_share=1.0",
                "data=tweets has no texts without labels",
                "unlabelled_share=0",
            ],
        ),
        (
            ["task=imdb", "data.source=package", "objective=entropy"],
            ["data=imdb has no texts without labels", "data.files.unlabelled"],
        ),
        (
            ["objective=adversarial", "model=hierarchical", "tokenizer=sentence"],
            ["objective.adversarial=1.0", "word vectors", "flat"],
        ),
        (
            ["task=tweets", "objective=taught"],
            ["objective.unlabelled_share=1.0", "data=tweets has no texts without labels"],
        ),
        (
            ["task=imdb", "objective=taught", "objective.unlabelled_share=0"],
            ["objective.unlabelled_share=0", "must be > 0"],
        ),
        (
            ["task=imdb", "objective=taught", "objective.teachers=[]"],
            ["objective.teachers=[]", "ngrams or finished runs"],
        ),
        (
            [
                "task=imdb",
                "objective=taught",
                "objective.teachers=[ngrams, nowhere]",
                "paths.output_dir=none",
            ],
            ["objective.teachers=nowhere"],
        ),
        (["objective=mixed", "augment=mixup"], ["augment.mixup=0.2", "objective.adversarial=1.0"]),
        (["task.network.bptt=100"], ["task.network.bptt=100", "causal", "model.bidirectional=false"]),
        (
            ["task.network.bptt=9", "model=lstm", "model.input_norm=batch"],
            ["task.network.bptt=9", "model.input_norm=none"],
        ),
        (
            ["task.network.bptt=9", "model=hierarchical", "tokenizer=sentence"],
            ["task.network.bptt=9", "a flat, causal model"],
        ),
    ],
)
def test_a_clash_is_named_with_its_rule(overrides, words):
    with pytest.raises(SettingError) as caught:
        check(composed(*overrides))
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    "overrides",
    [
        ["task=imdb", "objective=mixed"],
        ["task=imdb", "objective=mixed", "data.source=hub", "objective.perturbation_scale=absolute"],
        ["task=tweets", "objective=mixed", "objective.unlabelled_share=0"],
        ["task=tweets", "objective=adversarial"],
        ["task=tweets", "objective=virtual_adversarial", "+data.files.unlabelled=more.csv"],
        ["model=lstm", "task.network.bptt=100"],
    ],
)
def test_what_goes_together_passes(overrides):
    check(composed(*overrides))


def test_texts_without_labels_are_read_where_a_term_needs_them():
    terms = dict.fromkeys(("adversarial", "virtual_adversarial", "entropy"), 0.0)
    for name, wanted in (("adversarial", False), ("virtual_adversarial", True), ("entropy", True)):
        for share in (0.0, 0.5):
            chosen = OmegaConf.create({"objective": {**terms, name: 1.0, "unlabelled_share": share}})
            assert wants_unlabelled(chosen) is (wanted and share > 0)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("objective.entropy", -1, "a number >= 0 and <= 1000000"),
        ("objective.perturbation_norm", 0, "a number > 0 and <= 1000000"),
        ("objective.finite_difference", 0, "a number > 0 and <= 1000000"),
        ("objective.perturbation_scale", "l2", "one of deviation, absolute"),
        ("objective.unlabelled_share", -1, "a number >= 0 and <= 1000"),
        ("task.network.bptt", 0, "a whole number >= 1 and <= 1000000000 or null"),
    ],
)
def test_values_have_rules(key, value, allowed):
    rule = rule_for(key, KIND.rules)
    assert not rule.allows(value)
    assert str(rule) == allowed


def test_a_source_may_have_them_alone():
    data = OmegaConf.create(
        {"source": "hub", "files": {"unlabelled": "a"}, "hub": {"splits": {"train": "x"}}}
    )
    assert not may_have_unlabelled(data)
    assert may_have_unlabelled({**data, "source": "auto"})
    assert not may_have_unlabelled({"name": "synthetic"})
