"""Parts of a model that cannot go together, refused from the config alone."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.model.initialise import INITS
from rnnlab.model.settings import INITS as NAMES
from rnnlab.run.config.check import check

CONFIG_DIR = Path(__file__).parents[3] / "conf"
LANGUAGE = ["task=shakespeare", "data=synthetic_brackets"]


def checked(*overrides: str) -> None:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        check(compose("train", overrides=list(overrides)))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (
            ["model=indrnn", "model.recurrent_dropout=0.3"],
            ["model.recurrent_dropout_kind=weight_drop", "cell=indrnn has no recurrent matrix"],
        ),
        (
            ["model=mingru", "model.recurrent_dropout=0.3", "model.recurrent_dropout_kind=variational"],
            ["model.recurrent_dropout_kind=variational", "cell=mingru has no recurrent product"],
        ),
        (
            ["model=segrnn"],
            [
                "model.forecaster=rnnlab.model.forecast.segrnn.SegRNN",
                "task=imdb does not: choose another model",
            ],
        ),
        (
            ["model=gru", "model.window_norm=z"],
            ["model.window_norm=z", "one of none, last, mean, revin, scale"],
        ),
        (["model=gru", "model.peephole=true"], ["model.peephole=True", "cell=gru", "only lstm"]),
        (["model=rnn", "model.memory_zoneout=0.1"], ["model.memory_zoneout=0.1", "cell=rnn"]),
        (["model=lstm", "model.nonlinearity=relu"], ["model.nonlinearity=relu", "only rnn"]),
        (
            ["model=slstm", "model.heads=3"],
            ["model.heads=3", "must divide model.hidden_size=128: choose 2 or"],
        ),
        (
            ["model=lru", "model.max_radius=0.5"],
            ["model.min_radius=0.9", "must be below model.max_radius=0.5"],
        ),
        (
            ["model.cell=lstn"],
            ["model.cell=lstn", "one of rnn, lstm, gru, layernorm_lstm", "did you mean lstm?"],
        ),
        (["model=lstm", "model.mixing=sum"], ["model.mixing=sum", "model.bidirectional=true"]),
        (["model.norm=layer"], ["model.norm=layer", "model.num_layers > 1"]),
        (["model.layer_dropout=0.1"], ["model.layer_dropout=0.1", "model.num_layers > 1"]),
        (["model.connection=dense"], ["model.connection=dense", "model.num_layers > 1"]),
        (
            ["model.block=residual", "model.connection=residual"],
            ["model.connection=residual", "model.block=residual", "choose none"],
        ),
        (
            ["model.block=residual", "model.norm=layer", "model.num_layers=2"],
            ["model.norm=layer", "choose none"],
        ),
        (["model.conv_size=4"], ["model.conv_size=4", "needs model.block=residual"]),
        (["model.mlp_ratio=4"], ["model.mlp_ratio=4", "needs model.block=residual"]),
        (["model.block=residual", "model.conv_size=1"], ["model.conv_size=1", ">= 2 and <= 64 or 0"]),
        (
            ["model.parameters=20000", "model.state_size=64"],
            ["model.state_size=64", "model.parameters is", "choose null"],
        ),
        (["model.parameters=0"], ["model.parameters=0", "a whole number >= 1"]),
        (["model.block=highway"], ["model.block=highway", "one of none, residual"]),
        (["model.input_norm=batch", "data.batch_size=1"], ["data.batch_size=1", "more than one row"]),
        ([*LANGUAGE, "model=lstm", "model.input_norm=batch"], ["model.input_norm=batch", "task=shakespeare"]),
        (
            [*LANGUAGE, "model=lstm", "task.network.tie_weights=true"],
            ["model.embedding_size=64", "output size 256", "tied"],
        ),
        (["model.recurrent_init=orthogonl"], ["model.recurrent_init=orthogonl", "one of orthogonal"]),
        (["model.zoneout=1"], ["model.zoneout=1", "a number >= 0 and < 1"]),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_setting_and_the_way_out(overrides, words):
    with pytest.raises(SettingError) as error:
        checked(*overrides)
    assert [word for word in words if word not in str(error.value)] == []


@pytest.mark.parametrize(
    "overrides",
    [
        ["model=lstm", "model.recurrent_dropout=0.3", "model.zoneout=0.1", "model.memory_zoneout=0.1"],
        ["model=bilstm", "model.num_layers=2", "model.connection=highway", "model.mixing=linear"],
        ["model=slstm", "model.heads=4"],
        ["model=slstm", "model.heads=3", "model.parameters=50000"],
        ["model=mlstm", "model.block=residual", "model.conv_size=4", "model.mlp_ratio=0"],
        ["model=indrnn", "model.recurrent_dropout=0.3", "model.recurrent_dropout_kind=variational"],
        [*LANGUAGE, "model=lstm", "model.hidden_size=64", "task.network.tie_weights=true"],
    ],
)
def test_what_makes_sense_passes(overrides):
    checked(*overrides)


def test_every_initialisation_can_be_chosen():
    assert tuple(INITS) == NAMES
