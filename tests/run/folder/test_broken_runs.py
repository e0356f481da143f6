"""One run with a broken file does not keep the others from being seen, in no command."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from rnnlab.cli import main
from rnnlab.run.folder.result import broken, read

BROKEN = {
    "cut off": b'{"status": "finished", "metr',
    "empty": b"",
    "binary": b"\x89PNG\x00\xff\xfe",
    "a list": b"[1, 2]",
    "a word": b'"finished"',
    "null": b"null",
    "wrong metrics": b'{"status": "finished", "metrics": [1, 2]}',
    "wrong model": b'{"status": "finished", "model": "gru"}',
    "wrong data": b'{"status": "finished", "data": 7, "metrics": {}}',
    "wrong seconds": b'{"status": "finished", "seconds": "long", "metrics": {}}',
    "wrong overrides": b'{"status": "finished", "overrides": "seed=1", "metrics": {}}',
    "wrong status": b'{"status": {"a": 1}, "task": ["imdb"]}',
}


@pytest.fixture(scope="module")
def outputs(classifier_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run, and a copy of it that is the latest."""
    root = tmp_path_factory.mktemp("broken") / "outputs"
    for name in ("whole", "broken"):
        shutil.copytree(classifier_run, root / "imdb" / "bilstm" / name)
    os.utime(root / "imdb" / "bilstm" / "whole" / "config.yaml", (1, 1))
    return root


@pytest.fixture
def spoilt(outputs: Path) -> Any:
    """A function that puts bytes in the place of a file of the copy, until the test is over."""
    folder, kept = outputs / "imdb" / "bilstm" / "broken", dict[Path, bytes]()

    def spoil(name: str, content: bytes) -> Path:
        kept[folder / name] = (folder / name).read_bytes()
        (folder / name).write_bytes(content)
        return folder

    yield spoil
    for path, before in kept.items():
        path.write_bytes(before)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_result_is_left_out_and_named(
    outputs: Path, spoilt: Any, capsys: Any, caplog: Any, content: bytes
) -> None:
    spoilt("result.json", content)
    place = ["--outputs", str(outputs)]
    for more in ([], ["--json"], ["--csv"], ["--sort", "test/accuracy"], ["--status", "finished"]):
        caplog.clear()
        assert main(["runs", *more, *place]) == 0
        shown = capsys.readouterr().out
        assert "bilstm/whole" in shown
        assert "bilstm/broken" not in shown
        assert len(caplog.messages) == 1
        assert caplog.messages[0].startswith(f"note: {outputs}/imdb/bilstm/broken/result.json is broken: ")
        assert "\n" not in caplog.messages[0]


@pytest.mark.parametrize("what", ["cut off", "a list", "wrong metrics", "wrong model", "wrong data"])
def test_no_command_falls_over_a_broken_result(
    outputs: Path, spoilt: Any, capsys: Any, tmp_path: Path, what: str
) -> None:
    folder, whole = spoilt("result.json", BROKEN[what]), outputs / "imdb" / "bilstm" / "whole"
    commands = [
        ["report", str(whole), str(folder), "--output", str(tmp_path / "page.html")],
        ["compare", str(whole), str(folder)],
        ["predict", "whole", "good", "--outputs", str(outputs)],
        ["predict", str(folder), "good"],
    ]
    for command in commands:
        code, error = main(command), capsys.readouterr().err
        assert code in (0, 2), command
        assert code == 0 or error.startswith("error: ")


GARBAGE = [
    ("metrics.csv", b"a,b\n1,2\n"),
    ("metrics.csv", b"epoch,step,val/loss\nx,y,z\n"),
    ("metrics.csv", b"\x00\xff\xfe"),
    ("predictions.parquet", b""),
    ("predictions.parquet", b"PAR1 no"),
    ("config.yaml", b"[1, 2]"),
    ("config.yaml", b"{"),
    ("overrides.yaml", b"\x00\xff\xfe"),
]


@pytest.mark.parametrize(("name", "content"), GARBAGE)
def test_no_command_falls_over_another_broken_file(
    outputs: Path, spoilt: Any, capsys: Any, tmp_path: Path, name: str, content: bytes
) -> None:
    folder, whole = spoilt(name, content), outputs / "imdb" / "bilstm" / "whole"
    commands = [
        ["runs", "--outputs", str(outputs)],
        ["report", str(folder), "--output", str(tmp_path / "page.html")],
        ["compare", str(whole), str(folder)],
    ]
    for command in commands:
        code, error = main(command), capsys.readouterr().err
        assert code in (0, 2), command
        assert code == 0 or error.startswith("error: ")
        assert command[0] != "runs" or code == 0


def test_only_numbers_are_metrics_and_null_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    metrics = {"val/loss": 0.5, "a": "x", "b": True, "c": None, "d": [1]}
    path.write_text(json.dumps({"status": None, "seconds": True, "metrics": metrics, "model": None}))
    assert read(path) == {"status": None, "metrics": {"val/loss": 0.5}, "model": None}
    assert broken(path) == "is broken: seconds is a bool"
    assert broken(tmp_path / "none.json") is None
    path.unlink()
    path.mkdir()
    assert read(path) == {}
    assert str(broken(path)).startswith("cannot be read: ")
