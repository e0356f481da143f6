"""`rnnlab lr_find` and `rnnlab batch_find` as they are typed, on generated data."""

import re

import pytest

from rnnlab.cli import main
from rnnlab.commands.lr_find import overrides_for

SMALL = ["threads=1", "model=lstm", "model.hidden_size=8", "model.embedding_size=8"]
TASKS = {
    "sentences": ["task=classification", "data=synthetic", "data.train_rows=200", *SMALL],
    "brackets": ["task=shakespeare", "data=synthetic_brackets", *SMALL],
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("task", "optimizer"), [("brackets", "muon"), ("brackets", "sgd")])
def test_lr_find_draws_a_plot_and_prints_one_suggestion(here, capsys, task, optimizer):
    found = main(
        [
            "lr-find",
            *TASKS[task],
            f"optimizer={optimizer}",
            "data.window=16",
            "--steps",
            "15",
            "--lowest",
            "0.01",
            "--highest",
            "3",
        ]
    )
    lines = capsys.readouterr().out.splitlines()
    assert found == 0
    pattern = r"optimizer.lr=\S+ optimizer.muon_lr=\S+" if optimizer == "muon" else r"optimizer.lr=\S+"
    assert re.fullmatch(pattern, lines[-1])
    (plot,) = (here / "outputs" / "find").iterdir()
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert lines[-2] == f"plot: {plot.relative_to(here)}"
    assert [path.name for path in (here / "outputs").iterdir()] == ["find"]


def test_batch_find_draws_a_plot_and_prints_one_suggestion(here, capsys):
    plot = here / "sizes.svg"
    options = ["--first", "4", "--last", "8", "--seconds", "0.01", "--plot", str(plot)]
    assert main(["batch_find", *TASKS["sentences"], *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch("data.batch_size=[48]", lines[-1])
    assert "stopped: --last=8 is reached" in lines
    assert "<svg" in plot.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lr_find", "model=bilstn"], "did you mean bilstm?"),
        (["lr_find", "optimizer.lr=1,2"], "optimizer.lr=1,2"),
        (["lr_find", "resume=outputs/x"], "only a new training is tried"),
        (["lr_find", "--steps", "3"], "--steps=3: must be a whole number of at least 10"),
        (["lr_find", "--lowest", "1", "--highest", "0.1"], "below --highest=0.1"),
        (["lr_find", "--plot", "a.txt", *TASKS["brackets"]], "must end in .png, .pdf, .svg"),
        (["batch_find", "--seconds", "0"], "--seconds=0.0: must be a number > 0"),
        (["batch_find", "--first", "8", "--last", "4"], "--last=4"),
        (["batch_find", "data.batch_tokens=1000"], "data.batch_size does not"),
        (["batch_find", "--frist", "8"], "did you mean --first?"),
    ],
)
def test_wrong_settings_end_with_code_2_before_anything_is_trained(here, capsys, arguments, message):
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
    assert not (here / "outputs").exists()


def test_all_rates_of_an_optimizer_are_scaled_alike():
    optimizer = {"_target_": "x", "lr": 0.004, "muon_lr": 0.02, "momentum": 0.95}
    assert overrides_for(optimizer, 0.002) == "optimizer.lr=0.002 optimizer.muon_lr=0.01"
