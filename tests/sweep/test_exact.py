"""One worker that is killed at any point chooses, prunes and finds what it would have without the kill."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from rnnlab.run.study import journal
from rnnlab.run.study.storage import FILE, create_study
from rnnlab.run.train.sweep_job import Judge
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.job_broker import JobBroker
from rnnlab.sweep.ledger.row import Outcome, Row
from rnnlab.sweep.resume import take_up
from rnnlab.sweep.space.dimension import Dimension
from rnnlab.sweep.space.search_space import Space
from rnnlab.sweep.spec import Spec

STEPS = 4  # validations of a training
CHECKPOINTS = 2  # one after so many of them
SPACE = Space(
    (
        Dimension("optimizer.lr", "float", low=1e-4, high=1e-1, log=True),
        Dimension("model.num_layers", "int", low=1, high=4),
        Dimension("model", "choice", ("gru", "lstm")),
    ),
    constraints=("model.num_layers < 4",),
)
KINDS: list[dict[str, Any]] = [
    {"sampler": "tpe", "pruner": "median", "pruner_options": {"n_startup_trials": 2, "n_warmup_steps": 1}},
    {"sampler": "tpe", "pruner": "successive_halving", "sampler_options": {"n_startup_trials": 3}},
    {"sampler": "random", "pruner": "hyperband", "pruner_options": {"max_resource": 4}},
    {"sampler": "qmc", "pruner": "none"},
    {"sampler": "cmaes", "pruner": "none", "sampler_options": {"n_startup_trials": 3}},
]


class Kill(BaseException):
    """SIGKILL, at a write of the ledger or the study."""


class Kills:
    """Kills at writes with these numbers, before the write or behind it."""

    def __init__(self, *numbers: int, behind: bool = False) -> None:
        self.numbers, self.behind, self.writes = set(numbers), behind, 0

    def __call__(self, file: Any, text: bytes, durable: bool) -> None:
        self.writes += 1
        if self.writes in self.numbers and not self.behind:
            raise Kill
        APPEND(file, text, False)
        if self.writes in self.numbers:
            raise Kill


APPEND = journal._append


class Disk:
    """What checkpoints hold: of each job the validations that are done."""

    def __init__(self) -> None:
        self.saved: dict[int, int] = {}


def value_of(row: Row, step: int) -> float:
    """What a training reaches at a validation."""
    rate = math.log10(row.values["optimizer.lr"])
    layers, wave = row.values["model.num_layers"], math.sin(9 * rate)
    return 1 - abs(rate + 2.3) / 3 + 0.05 * layers * (row.values["model"] == "lstm") + 0.03 * wave * step


def train(folder: SweepFolder, spec: Spec, desk: JobBroker, row: Row, disk: Disk) -> Outcome:
    """A training that goes on from its last checkpoint."""
    study = desk.ledger.trials[row.trial].study
    assert study is not None
    judge, begun = Judge(folder.path, study), disk.saved.get(row.number, 0)
    judge.go_back(begun)
    for step in range(begun + 1, STEPS + 1):
        if spec.pruner != "none" and judge.report(step, value_of(row, step)):
            return Outcome("pruned", (value_of(row, step),))
        if step % CHECKPOINTS == 0:
            disk.saved[row.number] = step
    return Outcome("finished", (value_of(row, STEPS),))


def work(folder: SweepFolder, spec: Spec, disk: Disk, life: int) -> None:
    desk = JobBroker(folder, spec, f"w{life}")
    while (row := desk.take()) is not None:
        assert desk.finish(row, train(folder, spec, desk, row, disk))


def played(made: Any, kills: Kills, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A whole sweep, gone on with after each kill: its settings and their ends, and what the study knows."""
    folder, spec, disk, life = made.folder, made.spec, Disk(), 0
    monkeypatch.setattr(journal, "_append", kills)
    create_study(folder.path, spec.name, spec.directions, None)
    while True:
        try:
            take_up(folder, spec, retry_failed=False)
            work(folder, spec, disk, life)
            break
        except Kill:
            life += 1
    desk = JobBroker(folder, spec, "reader")
    rows = [(row.values, row.state, row.objective) for row in desk.ledger.rows]
    told = [(t.number, t.state, t.params, t.values, t.intermediate_values) for t in desk.study.trials]
    assert desk.is_over
    return [rows, told]


def lives(sweep: Any, **fields: Any) -> Iterator[Any]:
    """The same sweep, again and again."""
    number = 0
    while True:
        number += 1
        place = f"{number}/mine"  # Hyperband draws by the study's name
        yield sweep(place, **{"space": SPACE, "trials": 7, "seed": 3, **fields})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind['sampler']}-{kind['pruner']}")
def test_a_kill_at_any_write_changes_nothing(
    sweep: Any, monkeypatch: pytest.MonkeyPatch, kind: dict[str, Any]
) -> None:
    new, whole = lives(sweep, **kind), Kills()
    expected = played(next(new), whole, monkeypatch)
    if kind["pruner"] != "none":
        assert {state for _, state, _ in expected[0]} == {"finished", "pruned"}
    for number in range(3, whole.writes, max(1, whole.writes // 5)):
        kills = Kills(number, number + 9, number + 10, behind=number % 2 == 0)
        assert played(next(new), kills, monkeypatch) == expected, f"killed at write {number}"


def test_with_several_workers_nothing_is_taken_back(sweep: Any) -> None:
    made = next(lives(sweep, sampler="random", launcher={"name": "local", "workers": 2}))
    create_study(made.folder.path, "mine", made.spec.directions, None)
    desk = JobBroker(made.folder, made.spec, "w1")
    desk.take()
    desk.study.ask()  # what another worker is choosing
    size = (made.folder.path / FILE).stat().st_size
    desk.take_over()
    assert (made.folder.path / FILE).stat().st_size > size
    assert [trial.state.name for trial in desk.study.trials] == ["RUNNING", "FAIL"]
