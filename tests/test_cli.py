"""The `rnnlab` command as it is typed: help, wrong commands, pipes, and how soon it answers."""

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import rnnlab as package
from rnnlab import cli
from rnnlab.cli import COMMANDS, main
from rnnlab.errors import UserError
from rnnlab.tokenizer.file import save
from rnnlab.tokenizer.word import WordTokenizer

CONFIG = "text: {_target_: rnnlab.text.cleaner.Cleaner, steps: {whitespace: true}}\ntask: {name: tweets}\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run's folder with what `tokenize` needs."""
    folder = tmp_path_factory.mktemp("outputs") / "run"
    folder.mkdir()
    (folder / "config.yaml").write_text(CONFIG)
    tokenizer = WordTokenizer(min_count=1)
    tokenizer.train(["so good"])
    save(tokenizer, folder / "tokenizer.json")
    return str(folder)


def rnnlab(*arguments: str, given: bytes = b"", code: int = 0, **environment: str):
    """Standard output and standard error of the command."""
    done = subprocess.run(
        [sys.executable, "-m", "rnnlab.cli", *arguments],
        input=given,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_alone_it_prints_its_help(capsys, arguments):
    assert main(arguments) == 0
    output = capsys.readouterr().out
    assert [name for name in (*COMMANDS, "examples:", "last:TASK") if name not in output] == []


def test_it_prints_its_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rnnlab {package.__version__}\n"


def test_every_file_of_a_command_is_in_the_help():
    there = {
        path.stem
        for path in (Path(cli.__file__).parent / "commands").glob("*.py")
        if "\nSUMMARY = " in path.read_text(encoding="utf-8")
    }
    assert sorted(COMMANDS) == sorted(there)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_is_read_as_it_would_be_imported(name):
    assert cli.summary(name) == importlib.import_module(f"rnnlab.commands.{name}").SUMMARY


def test_help_and_version_import_no_command():
    code = (
        "import sys; from rnnlab.cli import main; main([sys.argv[1]]);"
        "heavy = {'torch', 'hydra', 'numpy', 'yaml', 'omegaconf'} & set(sys.modules);"
        "sys.exit(bool(heavy) or any(name.startswith('rnnlab.commands') for name in sys.modules))"
    )
    for option in ("--help", "--version"):
        subprocess.run([sys.executable, "-c", code, option], check=True, capture_output=True)


WITH_PARSERS = [name for name in COMMANDS if name != "train"]


def test_train_has_the_help_of_train_py():
    output, _ = rnnlab("train", "--help")
    assert "rnnlab train task=imdb model=bilstm" in output or "python train.py task=imdb" in output
    assert "optimizer: adam, adamw" in output


def test_train_asks_for_a_task_and_refuses_a_wrong_one():
    assert "no task is chosen: type task=NAME" in rnnlab("train", code=2)[1]
    assert "did you mean imdb?" in rnnlab("train", "task=imdbb", code=2)[1]


@pytest.mark.parametrize("name", WITH_PARSERS)
def test_each_command_has_help_with_examples(capsys, name):
    with pytest.raises(SystemExit) as left:
        main([name, "last", "--help"])
    assert left.value.code == 0
    output = capsys.readouterr().out
    assert f"usage: rnnlab {name}" in output
    assert any(word in output for word in ("RUN", "OVERRIDE", "SWEEP", "METRIC", "NAME", "--json"))
    assert output.count(f"  rnnlab {name} ") >= 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tokenise"], "error: tokenise: there is no such command of rnnlab\ndid you mean tokenize?"),
        (["--hepl"], "error: --hepl: there is no such option of rnnlab\ndid you mean --help?"),
        (["tokenize"], "error: missing: RUN"),
        (["tokenize", "RUN", "text", "--jsn"], "did you mean --json?"),
        (["tokenize", "RUN", "text", "--js"], "--js: there is no such option"),
        (["tokenize", "\x1b[2J", "text"], r"error: RUN=\x1b[2J:"),
        (["embeddings", "RUN"], "error: WORD is missing"),
    ],
)
def test_a_wrong_command_line_ends_with_code_2_in_two_lines(
    tmp_path, monkeypatch, capsys, arguments, message
):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) <= 2


def test_the_traceback_is_there_for_who_asks(monkeypatch):
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    with pytest.raises(UserError):
        main(["tokenise"])


def test_texts_are_piped_in_and_json_comes_out(run):
    given = "so good\n\nso\0 \xff".encode("latin-1")
    output, error = rnnlab("tokenize", run, "--json", given=given)
    assert [json.loads(line)["text"] for line in output.splitlines()] == ["so good", "", "so\0 \udcff"]
    assert error == ""


def test_a_terminal_that_knows_only_ascii_gets_escapes(run):
    output, _ = rnnlab("tokenize", run, "so 😂", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert r"\U0001f602" in output


def test_an_answer_takes_less_than_a_second_and_no_torch(run):
    code = (
        "import sys; from rnnlab.cli import main; main(sys.argv[1:]);"
        "sys.exit(bool({'torch', 'pytorch_lightning', 'gensim', 'matplotlib'} & set(sys.modules)))"
    )
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, "tokenize", run, "so"], check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1 or os.getloadavg()[0] > (os.cpu_count() or 1)


def test_a_reader_that_has_enough_is_no_error(run):
    command = [sys.executable, "-m", "rnnlab.cli", "tokenize", run, "--json", *["so good"] * 3000]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 141


def test_the_package_installs_the_command():
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'rnnlab = "rnnlab.cli:main"' in text
