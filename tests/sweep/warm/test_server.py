"""What the process imports before it forks trainings."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rnnlab.sweep.warm.become import exit_code
from rnnlab.sweep.warm.server import modules


def test_it_imports_every_kind_and_cell() -> None:
    names = modules()
    assert {"torch", "pytorch_lightning", "rnnlab.run.train.train_run"} <= set(names)
    assert {"rnnlab.kinds.forecasting.kind", "rnnlab.model.cells.lstm"} <= set(names) | set(sys.modules)
    assert not any(name.endswith("__main__") for name in names)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="trainings are forked on Linux alone")
def test_the_imports_start_no_thread() -> None:
    code = "from rnnlab.sweep.warm.server import modules, preload; print(preload(modules()))"
    from rnnlab.sweep.warm.process import one_thread

    own = one_thread({**os.environ, "OMP_NUM_THREADS": "2"})
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=own)
    assert done.stdout == "1\n", done.stderr


@pytest.mark.parametrize(
    ("given", "code"),
    [(None, 0), (3, 3), (-1, 255), (256, 0), ("error: no", 1)],
    ids=["none", "a number", "a negative one", "one too large", "a text"],
)
def test_exit_codes_are_those_of_the_interpreter(
    given: object, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(given) == code
    assert capsys.readouterr().err == ("error: no\n" if isinstance(given, str) else "")
