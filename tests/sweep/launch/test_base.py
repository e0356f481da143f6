import os
from typing import Any

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.launch.base import jobs_left, make_launcher, worker_command, worker_environment


@pytest.mark.parametrize(("name", "kind"), [("local", "Local"), ("slurm", "Slurm"), ("ray", "Ray")])
def test_a_launcher_by_its_name(name: str, kind: str) -> None:
    assert type(make_launcher({"name": name})).__name__ == f"{kind}Launcher"


def test_no_such_launcher() -> None:
    with pytest.raises(SettingError, match="did you mean slurm"):
        make_launcher({"name": "slrum"})


def test_a_worker_runs_frozen_code_before_anything_else(sweep: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sweep().folder
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    assert worker_environment(folder, 3)["PYTHONPATH"] == f"{folder.code / 'src'}{os.pathsep}elsewhere"
    assert worker_environment(folder, 3)["RNNLAB_THREADS"] == "3"
    assert worker_command(folder, 2)[1:] == ["-m", "rnnlab.sweep.worker", str(folder.path), "--slot", "2"]


def test_jobs_are_left_until_all_trials_have_ended_or_the_sweep_is_stopped(sweep: Any) -> None:
    made = sweep(trials=2)
    made.try_out({"model": "gru", "optimizer.lr": 0.01}, 0.6)
    assert jobs_left(made.folder)
    made.ledger.stop("enough", cancel=True)
    assert not jobs_left(made.folder)
    made.ledger.go()
    assert jobs_left(made.folder)
    made.try_out({"model": "gru", "optimizer.lr": 0.1}, 0.7)
    assert not jobs_left(made.folder)
