"""Sweeps as their workers leave them: a spec, a ledger written through its own actions, and jobs' folders."""

import json
from pathlib import Path
from typing import Any

from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger
from rnnlab.sweep.space.search_space import Dimension, Space
from rnnlab.sweep.spec import Spec, jobs_of

CONF = Path(__file__).parents[2] / "conf"
START = 1_700_000_000.0
SPACE = (
    Dimension("model", "choice", ("gru", "lstm")),
    Dimension("optimizer.lr", "float", low=1e-4, high=1e-1, log=True),
    Dimension("model.num_layers", "int", low=1, high=3, when="model == lstm"),
)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Sweep:
    """A sweep that is written as it goes: `try_out` a setting, its jobs one after the other."""

    def __init__(self, path: Path, **fields: Any) -> None:
        self.folder, self.clock = SweepFolder(path), Clock()
        path.mkdir(parents=True)
        (path / "code").mkdir()
        (path / "code" / "conf").symlink_to(CONF)
        self.folder.workers.mkdir()
        plain: dict[str, Any] = {
            "name": path.name,
            "overrides": ("task=tweets", "trainer.max_epochs=4"),
            "space": Space(SPACE),
            "sampler": "random",
            "sampler_options": {},
            "pruner": "none",
            "pruner_options": {},
            "trials": 4,
            "seeds": 1,
            "first_seed": 1,
            "metrics": ("val/macro_recall",),
            "directions": ("maximize",),
            "first": (),
            "timeout": None,
            "max_failure_rate": 0.5,
            "retries": 1,
            "heartbeat": 5.0,
            "heartbeat_timeout": 60.0,
            "seed": 0,
            "storage": None,
            "launcher": {"name": "local", "workers": 1},
            "created": START,
            "command": "python train.py -m task=tweets sweep=random",
            "cwd": "",
        }
        self.spec = Spec(**{**plain, **fields})
        self.spec.save(self.folder)
        self.ledger = Ledger(self.folder, self.clock)
        if self.spec.identity is not None:
            self.ledger.begin(self.spec.identity)
        self.ledger.go()

    def try_out(self, values: dict[str, Any], *ends: Any) -> None:
        """End a trial's jobs by objectives (numbers or tuples), `pruned`, `running`, or an error's text."""
        number = self.ledger.open_trial("worker", 10**6)
        assert number is not None
        row = self.ledger.fill_trial("worker", number, jobs_of(self.spec, values))
        for left, end in zip(range(len(ends) - 1, -1, -1), ends, strict=True):
            assert row is not None
            self._end(row, end)
            row = self.ledger.claim("worker") if left else None

    def _end(self, row: Any, end: Any) -> None:
        folder = self.folder.job(row.number)
        folder.mkdir()
        self.folder.log(row.number).write_text("what it printed\n")
        curve, self.clock.now = [0.1, 0.2, 0.3], self.clock.now + 60
        result: dict[str, Any] = {"status": "finished", "task": "tweets", "seconds": 60.0, "metrics": {}}
        result["overrides"] = [*self.spec.overrides, *row.overrides]
        if end == "running":
            result["status"] = "running"
        elif end == "pruned":
            result["status"], curve = "pruned", curve[:1]
            self.ledger.end("worker", row, "pruned", objective=curve)
        elif isinstance(end, str):
            result |= {"status": "failed", "error": end}
            self.ledger.end("worker", row, "failed", error=end, cause="error", failed=True)
        else:
            values = end if isinstance(end, tuple) else (end,)
            result["metrics"] = {"val/macro_recall": values[0], "test/macro_recall": values[0] - 0.01}
            self.ledger.end("worker", row, "finished", objective=values)
        rows = "".join(f"{epoch},{10 * (epoch + 1)},{value}\n" for epoch, value in enumerate(curve))
        (folder / "metrics.csv").write_text("epoch,step,val/macro_recall\n" + rows)
        (folder / "config.yaml").write_text("trainer: {max_epochs: 4, max_steps: -1}\n")
        (folder / "result.json").write_text(json.dumps(result))
