"""Settings of decoder= that cannot go together, refused from the config alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.config.check_decoder import check_decoder
from rnnlab.run.config.rules import rule_for

CONF = Path(__file__).parents[3] / "conf"


def config(decoder: str, model: str, *overrides: str):
    """The two groups, composed by hand: no task selects decoder= without data of pairs."""

    def group(name: str, choice: str):
        own = OmegaConf.load(CONF / name / f"{choice}.yaml")
        parents = [each for each in own.pop("defaults", []) if each != "_self_"]
        return OmegaConf.merge(*(group(name, parent) for parent in parents), own)

    groups = {"model": group("model", model), "decoder": group("decoder", decoder)}
    return OmegaConf.merge(OmegaConf.create(groups), OmegaConf.from_dotlist(list(overrides)))


@pytest.mark.parametrize("decoder", ["luong", "bahdanau", "pointer", "none"])
@pytest.mark.parametrize("model", sorted(path.stem for path in (CONF / "model").glob("*.yaml")))
def test_every_decoder_goes_with_every_model(decoder, model):
    check_decoder(config(decoder, model))


@pytest.mark.parametrize(
    ("decoder", "model", "overrides", "message"),
    [
        (
            "luong",
            "bilstm",
            ["decoder.score=dot"],
            "decoder.score=dot: compares vectors of one size, and the decoder has 128 features, "
            "the encoder 256: choose general",
        ),
        (
            "none",
            "gru",
            ["decoder.bridge=zero"],
            "decoder.bridge=zero: leaves a decoder without attention nothing of its source: choose learned",
        ),
        (
            "luong",
            "lstm",
            ["model.peephole=true", "decoder.cell=gru"],
            "decoder.cell=gru: has no place for peephole=True: cell=gru has no such part, only lstm",
        ),
        (
            "luong",
            "bilstm",
            ["model.num_layers=2", "model.layer_dropout=0.2", "decoder.num_layers=1"],
            "decoder.dropout=0.2: acts between layers: it needs decoder.num_layers > 1, choose 0",
        ),
        (
            "bahdanau",
            "lstm",
            ["decoder.norm=layer"],
            "decoder.norm=layer: acts between layers: it needs decoder.num_layers > 1, choose none",
        ),
        (
            "pointer",
            "gru",
            ["decoder.connection=dense"],
            "decoder.connection=dense: acts between layers: it needs decoder.num_layers > 1, choose none",
        ),
        (
            "luong",
            "slstm",
            ["model.heads=4", "decoder.hidden_size=6"],
            "decoder.hidden_size=6: must be a multiple of its cell's heads=4",
        ),
        (
            "bahdanau",
            "lstm",
            ["model.block=residual", "decoder.connection=highway"],
            "decoder.connection=highway: has no place with decoder.block=residual, which has its own: "
            "choose none",
        ),
    ],
)
def test_what_cannot_go_together_is_refused(decoder, model, overrides, message):
    with pytest.raises(SettingError) as refused:
        check_decoder(config(decoder, model, *overrides))
    assert str(refused.value) == message


def test_dot_is_allowed_where_the_sizes_are_equal():
    check_decoder(config("luong", "lstm", "decoder.score=dot"))
    check_decoder(config("luong", "bilstm", "decoder.score=dot", "decoder.hidden_size=256"))
    check_decoder(config("luong", "bilstm", "decoder.score=dot", "model.mixing=sum"))


def test_a_config_without_a_decoder_and_a_class_from_elsewhere_pass():
    check_decoder(OmegaConf.create({"model": {}}))
    check_decoder(OmegaConf.create({"model": {}, "decoder": {"_target_": "mine.Decoder", "score": "dot"}}))


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("decoder.score", "cosine", False),
        ("decoder.score", "dot", True),
        ("decoder.coverage", -0.5, False),
        ("decoder.coverage", 1.0, True),
        ("decoder.input_feeding", "yes", False),
        ("decoder.bridge", "copy", False),
        ("decoder.dropout", 1.0, False),
        ("decoder.cell", "lstn", False),
        ("decoder.num_layers", 0, False),
        ("decoder.hidden_size", 64, True),
        ("decoder.options", None, True),
        ("decoder.block", "dense", False),
        ("decoder.mlp_ratio", -1, False),
    ],
)
def test_each_setting_has_a_rule(key, value, allowed):
    rule = rule_for(key)
    assert rule is not None
    assert rule.allows(value) is allowed
