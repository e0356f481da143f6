"""Commands on folders of strangers, in this process, with what they print."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from rnnlab.cli import main
from rnnlab.sweep.command import read_line

CONFIG_DIR = Path(__file__).parents[2] / "conf"
SECONDS = 20  # that no command may take on a busy machine: each takes far less than one here


@pytest.fixture
def marker(tmp_path):
    """What no command may make."""
    path = tmp_path / "executed"
    yield path
    assert not path.exists(), "code of the folder was executed"


@pytest.fixture
def command(capsys, monkeypatch, tmp_path, marker):
    """command(*arguments) -> code, lines of the error: what `rnnlab` or, behind `train`, train.py does."""
    monkeypatch.setenv("RNNLAB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.syspath_prepend(tmp_path)  # where a module of the stranger's would be found
    monkeypatch.chdir(tmp_path)
    for served in ("rnnlab.serve.service.server.serve", "rnnlab.serve.rating.server.serve"):
        if served.rpartition(".")[0] in sys.modules:
            monkeypatch.setattr(served, lambda *arguments: None)

    def run(*arguments: object) -> SimpleNamespace:
        argv, start = [str(argument) for argument in arguments], time.monotonic()
        try:
            code = train(argv[1:]) if argv[0] == "train" else main(argv)
        except SystemExit as left:
            code = left.code
        assert time.monotonic() - start < SECONDS
        said = capsys.readouterr()
        lines = [line for line in said.err.splitlines() if not line.startswith(("note:", "WARNING"))]
        lines = [line.rpartition("\r")[2] for line in lines]
        if code:
            first = next(index for index, line in enumerate(lines) if line.startswith("error:"))
            assert len(lines[first:]) <= 2, said.err
        return SimpleNamespace(code=code, out=said.out, error="\n".join(lines))

    return run


def train(argv: list[str]) -> int:
    read_line(argv, CONFIG_DIR)
    return 0
