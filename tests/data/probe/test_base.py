"""What every probe keeps: ids in range, rows that follow from their generator, chance, lengths refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import yaml
from hydra.utils import instantiate
from omegaconf import OmegaConf

from rnnlab.data.probe.base import IGNORED, ProbeSource
from rnnlab.data.probe.mqar import Mqar
from rnnlab.data.probe.parity import Parity
from rnnlab.data.probe.settings import BUDGETS, PROBE_RULES, SIZES
from rnnlab.errors import SettingError

CONF = Path(__file__).parents[3] / "conf" / "probe"
NAMES = sorted(path.stem for path in CONF.glob("*.yaml"))


def composed(name: str, budget: str = "laptop") -> dict:
    """The config of a probe, with that of the file which it is based on."""
    root = OmegaConf.create({"probe": OmegaConf.merge(*files(name)), "budget": budget})
    return OmegaConf.to_container(root.probe, resolve=True)  # type: ignore[return-value]


def files(name: str) -> list[dict]:
    own = yaml.safe_load((CONF / f"{name}.yaml").read_text(encoding="utf-8"))
    bases = [base for base in own.pop("defaults", []) if base != "_self_"]
    return [*(file for base in bases for file in files(base)), own]


def made(name: str, budget: str = "laptop") -> ProbeSource:
    return instantiate(composed(name, budget))  # type: ignore[no-any-return]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(params=NAMES)
def probe(request):
    return made(request.param)


def lengths_of(probe: ProbeSource) -> tuple[int, int]:
    own = probe.sizes["laptop"]
    return own["shortest"], own["longest"]


def asked(targets: torch.Tensor) -> torch.Tensor:
    return ~targets.isnan() if targets.is_floating_point() else targets != IGNORED


def test_rows_are_right_padded_and_within_range(probe):
    rows = probe.sample(64, *lengths_of(probe), generator())
    steps = rows.inputs.shape[1]
    assert len(rows.inputs) == len(rows.lengths) == len(rows.targets) == 64
    assert rows.lengths.max() == steps
    past = torch.arange(steps) >= rows.lengths[:, None]
    assert not asked(rows.targets)[past].any()
    assert asked(rows.targets).any(1).all(), "each row asks something"
    if probe.num_tokens is None:
        assert rows.inputs.dtype == torch.float32
        assert rows.inputs.shape[2] == probe.input_size
        assert not rows.inputs[past].any()
    else:
        assert rows.inputs.dtype == torch.int64
        assert not rows.inputs[past].any()
        assert (rows.inputs[~past] > 0).all()
        assert int(rows.inputs.max()) < probe.num_tokens
        assert probe.tokens[0] == ""
        assert len(set(probe.tokens)) == probe.num_tokens
    if probe.num_classes is None:
        assert rows.targets.dtype == torch.float32
        assert probe.tolerance > 0
    else:
        labels = rows.targets[asked(rows.targets)]
        assert rows.targets.dtype == torch.int64
        assert int(labels.min()) >= 0
        assert int(labels.max()) < probe.num_classes
        assert len(set(probe.classes)) == probe.num_classes


def test_rows_follow_from_their_generator(probe):
    first, again, other = (probe.sample(8, *lengths_of(probe), generator(seed)) for seed in (1, 1, 2))
    for one, same in zip(first, again, strict=True):
        assert torch.equal(one.nan_to_num(-1), same.nan_to_num(-1))
    assert first.inputs.shape != other.inputs.shape or not torch.equal(first.inputs, other.inputs)


def test_chance_is_the_accuracy_of_the_best_constant_answer(probe):
    """Counted on many rows; of a number, the variance of the targets."""
    for length in sorted({lengths_of(probe)[0], lengths_of(probe)[1]}):
        rows = probe.rows("train") if probe.fixed else probe.sample(4000, length, length, generator(length))
        labels = rows.targets[asked(rows.targets)]
        if probe.num_classes is None:
            counted = float(labels.var(correction=0))
        else:
            counted = float(labels.bincount().max() / len(labels))
        assert probe.chance(length) == pytest.approx(counted, abs=0.025, rel=0.05)


def test_lengths_are_drawn_uniformly():
    lengths = Parity().sample(4000, 3, 6, generator()).lengths
    assert lengths.bincount()[3:].tolist() == pytest.approx([1000] * 4, abs=100)


def test_both_budgets_have_every_size_and_each_key_its_rule(probe):
    assert set(probe.sizes) == set(BUDGETS)
    for budget, own in probe.sizes.items():
        for key, value in own.items():
            assert PROBE_RULES[f"probe.sizes.{budget}.{key}"].allows(value)
        assert set(own) >= set(SIZES)
        assert own["test_lengths"][0] == own["longest"]
        assert own["test_lengths"] == sorted(own["test_lengths"])


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_the_published_size_can_be_drawn(name):
    probe = made(name, "paper")
    own = probe.sizes["paper"]
    rows = probe.sample(2, own["longest"], own["longest"], generator())
    assert asked(rows.targets).any(1).all()
    for length in own["test_lengths"]:
        probe.check_length(length, "test_lengths")


def test_a_budget_with_other_settings_is_checked_when_it_is_chosen():
    sizes = composed("mqar")["sizes"]
    sizes["paper"]["longest"] = 5000
    assert Mqar(8, 8, 1, sizes).max_length == 8
    with pytest.raises(SettingError, match=r"probe.sizes.paper.longest=5000: is too long for mqar"):
        Mqar(4096, 4096, 6, sizes)


def test_own_settings_have_a_rule():
    for name in NAMES:
        own = set(composed(name)) - {"_target_", "_convert_"}
        assert own <= {key.removeprefix("probe.") for key in PROBE_RULES}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"shortest": 1},
            "probe.sizes.laptop.shortest=1: is too short for parity: its shortest row has 2 bits",
        ),
        (
            {"test_lengths": [20, 0]},
            "probe.sizes.laptop.test_lengths=0: is too short for parity: its shortest row has 2 bits",
        ),
        (
            {"longest": 2},
            "probe.sizes.laptop.longest=2: must be 3 or more, as probe.sizes.laptop.shortest is",
        ),
    ],
    ids=["shortest", "test_lengths", "longest"],
)
def test_lengths_that_the_probe_does_not_have_are_refused(changes, message):
    sizes = composed("parity")["sizes"]
    with pytest.raises(SettingError) as error:
        Parity(sizes={"laptop": sizes["laptop"] | changes})
    assert str(error.value) == message


def test_a_sample_refuses_a_length_under_the_minimum():
    with pytest.raises(SettingError, match="shortest=0: is too short for parity"):
        Parity().sample(2, 0, 5, generator())


def test_a_source_of_drawn_rows_has_no_splits():
    with pytest.raises(NotImplementedError, match="parity draws its rows"):
        Parity().rows("train")
