"""Options of `rnnlab` commands that cannot be, in two lines and before anything is opened."""

import sys

import pytest

from rnnlab.cli import main

WRONG = [
    (["runs", "--top", "0"], "--top=0: must be a whole number >= 1"),
    (["runs", "--top", "abc"], "--top: invalid int value: 'abc'"),
    (["embeddings", "last", "good", "--top", "-1"], "--top=-1: must be"),
    (
        ["embeddings", "last", "good", "--plot", "/proc/x/map.png"],
        "=/proc/x/map.png: cannot be written",
    ),
    (["generate", "last", "--temperature", "0,-1"], "--temperature=0,-1: must be a number >= 0 and <= 100"),
    (["generate", "last", "--temperature", "inf"], "--temperature=inf: must be"),
    (["generate", "last", "--temperature", "warm"], "--temperature=warm: must be"),
    (["generate", "last", "--count", "-1"], "--count=-1: must be"),
    (["generate", "last", "--count", "99999999999"], "--count=99999999999: must be"),
    (["generate", "last", "--length", "999999999999"], "--length=999999999999: must be"),
    (["generate", "last", "--seed", "99999999999999999999999"], "and <= 4294967295"),
    (["generate", "last", "--top-k", "0"], "--top-k=0: must be"),
    (["generate", "last", "--only", ""], "--only=: must not be empty"),
    (["generate", "last", "--input", "/nope"], "--input=nope: there is no such file in /"),
    (
        ["generate", "last", "--output", "/nope/x"],
        "=/nope/x: cannot be written: there is no folder /nope",
    ),
    (["generate", "last", "--save-state", "/nope/x"], "--save-state=/nope/x: cannot be written"),
    (["judge", "last", "--temperature", ","], "--temperature=,: must be"),
    (["judge", "last", "--output", "/proc/x"], "--output=/proc/x: cannot be written"),
    (["judge", "last", "--ratings", "/nope"], "--ratings=nope: there is no such file in /"),
    (["rate", "last", "--count", "1001"], "--count=1001: must be a whole number >= 1 and <= 1000"),
    (["batch_find", "--first", "0"], "--first=0: must be"),
    (["rate", "last", "--port", "99999"], "--port=99999: must be a whole number >= 0 and <= 65535"),
    (["rate", "last", "--temperature", "-1"], "--temperature=-1.0: must be"),
    (["serve", "last", "--port", "-1"], "--port=-1: must be"),
    (["serve", "last", "--threads", "100000"], "--threads=100000: must be"),
    (["explain", "last", "good", "--file", "/nope"], "--file=nope: there is no such file in /"),
    (["explain", "last", "good", "--steps", "0"], "--steps=0: must be"),
    (["export", "last", "--output", "/proc/x"], "--output=/proc/x: cannot be written"),
    (["reproduce", "last", "--output", "/proc/x"], "--output=/proc/x: cannot be written"),
    (["dynamic_evaluation", "last", "--learning-rates", "1e-3", "inf"], "--learning-rates=inf: must be"),
    (["dynamic_evaluation", "last", "--decays", "2"], "--decays=2.0: must be a number >= 0 and <= 1"),
    (["lr_find", "--lowest", "nan"], "--lowest=nan: must be"),
    (["lr_find", "--highest", "inf"], "--highest=inf: must be"),
    (["lr_find", "model=[gru,lstm]"], "model=[gru,lstm]: takes one choice"),
    (["lr_find", "+model.foo=1"], "model.foo=1: there is no such setting"),
    (["lr_find", "model.hidden_size=999999999999"], "this machine has"),
    (["batch_find", "--seconds", "nan"], "--seconds=nan: must be"),
    (["evaluate", "last", "--device", "quantum"], "--device=quantum: must be cpu, cuda, cuda:NUMBER or mps"),
    (["predict", "last", "good", "--outputs", "/nope"], "RUN=last: /nope is no folder"),
]


@pytest.mark.parametrize(("argv", "part"), WRONG, ids=[" ".join(argv) for argv, _ in WRONG])
def test_a_wrong_option_is_refused_in_two_lines(tmp_path, monkeypatch, capsys, argv, part):
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert part in error
    assert len(error.strip().splitlines()) <= 2, error
    assert list(tmp_path.iterdir()) == []


def test_the_nearest_file_is_named(tmp_path, capsys):
    (tmp_path / "prompt.txt").write_text("a")
    assert main(["generate", "last", "--input", str(tmp_path / "promt.txt")]) == 2
    assert "did you mean prompt.txt?" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="has another /dev/stdin")
def test_standard_input_and_pipes_are_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for given in ("-", "/dev/stdin"):
        assert main(["generate", "last", "--input", given]) == 2
        assert "RUN=last" in capsys.readouterr().err
