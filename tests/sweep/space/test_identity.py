"""A job's identity: its resolved choices, however they were typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra

from rnnlab.errors import SettingError
from rnnlab.sweep.space.identity import Identities

ROOT = Path(__file__).parents[3]
BASE = ["task=tweets", "model=gru"]


@pytest.fixture(scope="module")
def identities() -> Iterator[Identities]:
    yield Identities(ROOT / "conf")
    GlobalHydra.instance().clear()  # a worker keeps Hydra initialised


def test_it_is_of_the_choices_and_not_of_their_spelling(identities: Identities) -> None:
    plain = identities.of([*BASE, "optimizer.lr=0.001"])
    assert len(plain) == 16
    for same in (
        ["optimizer.lr=1e-3"],
        ["optimizer.lr=2", "optimizer.lr=0.001"],
        ["optimizer.lr=1e-3", "model.num_layers=1"],
    ):
        assert identities.of([*BASE, *same]) == plain
    assert identities.of(["model=gru", "optimizer.lr=1e-3", "task=tweets"]) == plain


def test_places_threads_and_the_sweep_itself_do_not_count(identities: Identities) -> None:
    plain = identities.of(BASE)
    for more in ("threads=1", "paths.output_dir=/elsewhere", "launcher.workers=3", "sweep.trials=5"):
        assert identities.of([*BASE, more]) == plain


@pytest.mark.parametrize(
    "other", ["seed=2", "model=lstm", "optimizer.lr=0.5", "text=plain", "+trainer.barebones=false"]
)
def test_any_other_choice_counts(identities: Identities, other: str) -> None:
    assert identities.of([*BASE, other]) != identities.of(BASE)


def test_what_cannot_be_composed_says_so(identities: Identities) -> None:
    with pytest.raises(SettingError, match=r"did you mean model\.hidden_size"):
        identities.of([*BASE, "model.hiden_size=3"])
