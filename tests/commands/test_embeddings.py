"""`rnnlab embeddings`, called in this process."""

import json

import pytest
import torch

from rnnlab.cli import main
from rnnlab.tokenizer.char import CharTokenizer


@pytest.fixture
def outputs(make_run, tmp_path):
    make_run("tweets/gru/first")
    return tmp_path / "outputs"


def call(outputs, *arguments):
    return main(["embeddings", "last", "--outputs", str(outputs), *arguments])


def test_the_nearest_words_stand_in_order(outputs, capsys):
    assert call(outputs, "good", "bad", "--top", "2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "good"
    assert lines[1].split()[:2] == ["1", "great"]
    assert lines[lines.index("bad") + 1].split()[:2] == ["1", "worst"]


def test_json_holds_what_the_table_shows(outputs, capsys):
    assert call(outputs, "good", "--top", "3", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["word"] == "good"
    assert answer["neighbours"][0]["token"] == "great"
    assert len(answer["neighbours"]) == 3
    assert {"<pad>", "<unk>", "good"}.isdisjoint(neighbour["token"] for neighbour in answer["neighbours"])


def test_a_word_of_several_tokens_says_so(make_run, tmp_path, capsys):
    tokenizer = CharTokenizer()
    tokenizer.train(["godbae"])
    make_run("tweets/gru/first", tokenizer=tokenizer)
    assert call(tmp_path / "outputs", "good") == 0
    assert "good (the mean of its 4 tokens g o o d)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["goood"], "error: WORD=goood: is not in the run's vocabulary\ndid you mean good?"),
        ([], "error: WORD is missing"),
        (["good", "--top", "0"], "error: --top=0: must be a whole number >= 1"),
        (["good", "--top", "x"], "error: --top: invalid int value: 'x'"),
        (["--plot", "good"], "error: --plot=good: FILE must end in .png"),
        (["good", "--plto"], "did you mean --plot?"),
    ],
)
def test_what_cannot_work_ends_with_code_2_and_a_line(outputs, capsys, arguments, message):
    assert call(outputs, *arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error[error.index("error: ") :].splitlines()) <= 2  # before it, which run `last` is


def test_a_checkpoint_of_another_vocabulary_is_said(make_run, tmp_path, capsys):
    make_run(weight=torch.zeros(4, 2))
    assert call(tmp_path / "outputs", "good") == 2
    assert "its checkpoint has 4 vectors, its tokenizer" in capsys.readouterr().err
