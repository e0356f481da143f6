"""Parameters that are counted without a network in memory are those of the network."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import initialize_config_dir
from omegaconf import OmegaConf

from rnnlab.sweep.composer import Composer
from rnnlab.sweep.space.sizes import Sizes, parameters, plain_parts

CONFIG_DIR = Path(__file__).parents[3] / "conf"
SMALL = ["model.hidden_size=8", "model.embedding_size=12"]
LSTM = 4 * (8 * 12 + 8 * 8 + 2 * 8)
CASES = [
    (["task=tweets", "model=lstm", "model.pooling=last"], 50 * 12 + LSTM + 8 * 3 + 3),
    (["task=tweets", "model=lstm", "model.pooling=last", "model.members=3"], 3 * (50 * 12 + LSTM + 27)),
    (
        ["task=tweets", "model=lstm", "model.pooling=last", "embedding.size=20", "embedding.projection=12"],
        50 * 20 + 20 * 12 + LSTM + 27,
    ),
    (["task=shakespeare", "model=lstm", "model.tie_weights=false"], None),
]


@pytest.fixture
def composer():
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        yield Composer([CONFIG_DIR])


def test_they_are_counted_in_a_process_of_their_own(composer: Composer) -> None:
    parts = [plain_parts(composer.config([*typed, *SMALL])) for typed, _ in CASES[:3]]
    broken = {**parts[0], "model": {}}
    counted = Sizes().count([*parts, broken], [50] * 4)
    assert counted == [*(size for _, size in CASES[:3]), None]


@pytest.mark.parametrize("task", ["tweets", "shakespeare"])
@pytest.mark.parametrize("model", ["gru", "mogrifier_lstm", "layernorm_lstm", "mingru"])
def test_they_are_those_of_a_real_network(composer: Composer, task: str, model: str) -> None:
    from rnnlab.run.build.assemble import build_member
    from rnnlab.run.build.vectors import Words

    cfg = OmegaConf.create(plain_parts(composer.config([f"task={task}", f"model={model}", *SMALL])))
    facts = {"tweets": {"classes": ["a", "b", "c"], "padding": "post"}, "shakespeare": {"styles": []}}[task]
    network = build_member(cfg, facts, 50, Words(None, None))
    assert parameters(cfg, 50) == sum(parameter.numel() for parameter in network.parameters())
