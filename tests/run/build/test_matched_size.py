"""Sizes that are found for a number of parameters or of numbers of state."""

from __future__ import annotations

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.model.cell_options import CELLS
from rnnlab.model.size import Size, size_of
from rnnlab.run.build.assemble import build_member
from rnnlab.run.build.make import make
from rnnlab.run.build.matched_size import last_below, match_size
from rnnlab.run.build.vectors import Words
from rnnlab.run.config.conf_folder import conf_folder


def config(*overrides: str) -> DictConfig:
    with initialize_config_dir(str(conf_folder()), version_base="1.3"):
        return compose("train", overrides=list(overrides))


def matched(cfg: DictConfig, vocabulary: int | None = None) -> tuple[str | None, Size]:
    """Return the line, and the size of the network that is then built."""
    words = None if vocabulary is None else Words(make(cfg.embedding), None)
    facts = kind_of(cfg).expected_facts(cfg)
    line = match_size(cfg, facts, vocabulary, words)
    return line, size_of(build_member(cfg, facts, vocabulary, words))


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_in_a_block_has_the_parameters_that_are_asked_for(cell):
    line, size = matched(
        config("task=probe", f"model.cell={cell}", "model.block=residual", "model.parameters=20000")
    )
    assert abs(size.parameters - 20_000) <= 200
    assert f"{size.parameters:,} parameters, asked 20,000" in line


def test_the_line_and_the_config_have_the_sizes():
    cfg = config("task=probe", "model=lstm", "model.block=residual", "model.parameters=20000")
    assert matched(cfg)[0] == "hidden_size 36, mlp 72: 20,006 parameters, asked 20,000"
    assert (cfg.model.hidden_size, cfg.model.mlp_ratio, cfg.model.encoder.hidden_size) == (36, 2.0, 36)


def test_without_an_mlp_the_vectors_are_the_fine_adjustment():
    cfg = config("task=probe", "model=lstm", "model.parameters=20000")
    line, size = matched(cfg)
    assert line == "hidden_size 55, embedding_size 33: 20,011 parameters, asked 20,000"
    assert size.parameters == 20_011


def test_a_language_model_of_a_given_size():
    cfg = config("task=shakespeare", "model=gru", "model.parameters=300000")
    line, size = matched(cfg, vocabulary=65)
    assert abs(size.parameters - 300_000) <= 1500
    assert "parameters, asked 300,000" in line


def test_tied_vectors_stay_as_wide_as_the_layers():
    sizes = ["model.embedding_size=256", "task.network.tie_weights=true", "model.parameters=100000"]
    cfg = config("task=shakespeare", "model=lstm", *sizes)
    _, size = matched(cfg, vocabulary=65)
    assert cfg.model.embedding_size == cfg.model.hidden_size
    assert abs(size.parameters - 100_000) <= 2000


def test_the_width_is_one_that_the_heads_divide():
    cfg = config("task=probe", "model=deltanet", "model.heads=3", "model.parameters=20000")
    _, size = matched(cfg)
    assert cfg.model.hidden_size % 3 == 0
    assert abs(size.parameters - 20_000) <= 400


def test_members_of_an_ensemble_count_together():
    cfg = config("task=imdb", "model=bilstm", "model.members=3", "model.parameters=900000")
    line, size = matched(cfg, vocabulary=1000)
    assert abs(3 * size.parameters - 900_000) <= 18_000
    assert "hidden_size" in line


@pytest.mark.parametrize(("model", "hidden"), [("lstm", 128), ("gru", 256), ("deltanet", 32), ("mamba", 16)])
def test_the_state_is_matched_by_the_width(model, hidden):
    cfg = config("task=probe", f"model={model}", "model.block=residual", "model.state_size=256")
    line, size = matched(cfg)
    assert (cfg.model.hidden_size, size.state_size) == (hidden, 256)
    assert line == f"hidden_size {hidden}, mlp {2 * hidden}: 256 numbers of state, asked 256"


def test_a_size_that_cannot_be_reached_names_the_nearest():
    cfg = config("task=probe", "model=mlstm", "model.block=residual", "model.state_size=20")
    with pytest.raises(SettingError) as error:
        matched(cfg)
    assert str(error.value) == (
        "model.state_size=20: no width comes within 10%: the nearest is 12 with hidden_size 4, mlp 8"
    )
    cfg = config("task=probe", "model=lstm", "model.parameters=10")
    with pytest.raises(
        SettingError, match=r"model\.parameters=10: no width comes within 2%: the nearest is "
    ):
        matched(cfg)


def test_the_search_finds_the_last_number_below_in_few_steps():
    for wanted in (3, 10, 999, 20_000, 10**9):
        asked = []

        def count(k: int, asked: list[int] = asked) -> int:
            asked.append(k)
            return 7 * k * k + 30 * k + 5 * (k // 3)

        found = last_below(count, wanted)
        assert found == 0 or count(found) <= wanted
        assert count(found + 1) > wanted
        assert len(asked) < 24


def models_of(experiment: str) -> list[str]:
    return list(config(f"experiment={experiment}").sweep.space.model)


@pytest.mark.parametrize("model", models_of("atlas_state"))
def test_every_model_of_the_atlas_has_a_width_with_the_state_that_is_asked_for(model):
    window = ["model.attention_window=8"] if model == "window_attention" else []
    line, size = matched(config("experiment=atlas_state", f"model={model}", *window))
    assert abs(size.state_size - 512) <= 0.1 * 512
    assert f"{size.state_size:,} numbers of state, asked 512" in line
