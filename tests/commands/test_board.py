"""`rnnlab board`: its options; the page itself is tested in tests/serve/board."""

import socket

import pytest

from rnnlab.cli import main

from ..serve.board.conftest import write_runs


def test_html_writes_a_page(capsys, tmp_path):
    root = write_runs(tmp_path / "outputs", 4)
    assert main(["board", str(root), "--html", str(tmp_path / "new" / "board.html")]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{tmp_path}/new/board.html: 4 runs\n"
    assert printed.err == f"reading the runs under {root}\n"
    assert (tmp_path / "new" / "board.html").read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "FOLDER=nowhere: is no folder"),
        (["--port", "70000"], "--port=70000: must be a whole number >= 0 and <= 65535"),
        (["--html", "board.html"], "FOLDER=outputs: is no folder"),
        (["--html", "pages"], "--html=pages: must be a file, and is a folder"),
    ],
)
def test_wrong_arguments(capsys, tmp_path, monkeypatch, arguments, said):
    (tmp_path / "pages").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["board", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"error: {said}")


def test_a_port_that_is_taken(capsys, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert main(["board", str(tmp_path), "--port", str(port)]) == 2
    assert f"--port={port}: cannot be used on 127.0.0.1" in capsys.readouterr().err
