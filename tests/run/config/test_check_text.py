"""Clashes between text, tokenizer, augmentation, loss and model that a config alone shows."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.run.config.check import check

CONFIG_DIR = Path(__file__).parents[3] / "conf"
LANGUAGE = ["task=shakespeare", "data=synthetic_brackets"]


def checked(*overrides: str) -> None:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        check(compose("train", overrides=list(overrides)))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["tokenizer=sentence"], ["tokenizer=sentence", "a flat model", "model=hierarchical"]),
        (["model=hierarchical"], ["model=hierarchical", "tokenizer=sentence"]),
        (["text.steps.emoji=wrds"], ["text.steps.emoji=wrds", "words"]),
        (["+text.steps.emojis=true"], ["text.steps.emojis=True", "did you mean emoji?"]),
        (
            ["model=hierarchical", "tokenizer=sentence", "augment=mixup"],
            ["augment.mixup_level=embedding", "augment.mixup_level=hidden"],
        ),
        (["task.prior=even"], ["task.prior=even", "null, train, uniform or a list"]),
        (["task.prior=[0.5,0.3,0.2]"], ["task.prior=[0.5, 0.3, 0.2]", "2 probabilities"]),
        (["task.prior=[0.5,0.9]"], ["task.prior=[0.5, 0.9]", "sum to 1"]),
        ([*LANGUAGE, "model.members=2"], ["model.members=2", "one network"]),
        (
            [
                *LANGUAGE,
                "task.network.tie_weights=true",
                "model.embedding_size=256",
                "embedding.freeze_epochs=1",
            ],
            ["embedding.freeze_epochs=1", "tie_weights=true"],
        ),
    ],
)
def test_a_clash_is_named_with_its_rule(overrides, words):
    with pytest.raises(SettingError) as caught:
        checked(*overrides)
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    "overrides",
    [
        ["model=hierarchical", "tokenizer=sentence", "augment=mixup", "augment.mixup_level=hidden"],
        ["tokenizer=saved", "tokenizer.path=a.json", "model=hierarchical"],
        ["task=tweets", "task.prior=[0.3,0.3,0.4]", "task.sampling=balanced", "augment=strong"],
        ["text.steps.emoji=words", "model.members=3", "data.padding=pre", "data.truncation=middle"],
        [*LANGUAGE, "task.network.tie_weights=true", "model.embedding_size=256"],
    ],
)
def test_what_goes_together_passes(overrides):
    checked(*overrides)
