"""Cells, encoders, data sets and tokenizers of other packages, from training to use, by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import forked
import pytest

from rnnlab.runtime import open_model

HERE = Path(__file__).parent
TRAIN = [str(HERE.parents[1] / "train.py"), "--config-dir", str(HERE / "conf")]
SMALL = ["model.embedding_size=8", "model.hidden_size=8", "threads=1", "trainer.enable_progress_bar=false"]
SMALL += ["baselines=false"]
SENTENCES = ["task=imdb", "data=synthetic", "data.train_rows=300", "trainer.max_epochs=1"]
SENTENCES += ["data.validation_rows=60", "data.test_rows=60"]


class Place:
    """A working folder, in which Python finds the modules of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
        own = {"PYTHONPATH": os.pathsep.join(paths), "RNNLAB_CONFIG_DIR": str(folder / "config")}
        self.environment = {**os.environ, **own}

    def start(self, *command: str, code: int = 0) -> str:
        """Both streams of a Python command, which must exit with the code."""
        done = forked.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def train(self, *choices: str, code: int = 0, stop_at: int = -1) -> str:
        self.environment["STOP_AT"] = str(stop_at)
        return self.start(*TRAIN, *choices, code=code)

    def rnnlab(self, *arguments: str, code: int = 0) -> str:
        return self.start("-m", "rnnlab.cli", *arguments, code=code)

    def result(self, run: str) -> dict:
        return json.loads((self.folder / run / "result.json").read_text())


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def evaluated(place: Place, run: str) -> None:
    """`rnnlab evaluate` measures on the test split what the training did."""
    place.rnnlab("evaluate", run)
    measured = json.loads((place.folder / run / "evaluation" / "metrics.json").read_text())["metrics"]
    expected = place.result(run)["metrics"]["test/accuracy"]
    assert measured["accuracy"]["value"] == pytest.approx(expected), (measured, expected)


def predicted(place: Place, run: str, text: str) -> dict:
    return json.loads(place.rnnlab("predict", run, text, "--json").splitlines()[0])


@pytest.mark.long
def test_a_cell_trains_is_stopped_resumes_and_predicts(place):
    chosen = [*SENTENCES, *SMALL, "model=mgu", "model.zoneout=0.1", "model.cell.sharpness=2"]
    chosen += ["trainer.max_epochs=2", "+callback.stop._target_=own_callback.Stop"]
    place.train(*chosen, "hydra.run.dir=whole")
    place.train(*chosen, "hydra.run.dir=run", code=143, stop_at=13)
    config = (place.folder / "run" / "config.yaml").read_text()
    assert config.count("own_cell.MinimalGatedUnit") == 2
    place.train("resume=run")
    assert place.result("run")["metrics"]["test/loss"] == place.result("whole")["metrics"]["test/loss"]
    evaluated(place, "run")
    assert predicted(place, "run", "the plot was not good")["label"] in ("negative", "positive")
    assert "differs from torch" in place.rnnlab("export", "run")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (["model.peephole=true"], "peephole=True has no place: cell=MinimalGatedUnit has no such part"),
        (["model.cell._partial_=false"], "must be one of rnn, lstm, gru"),
        (["model.cell.sharpnes=2"], "did you mean model.cell.sharpness?"),
        (["model.cell._target_=torch.nn.Identity"], "must make a Layer such as a Cell"),
    ],
)
def test_a_wrong_choice_around_a_cell_is_one_line(place, choices, message):
    shown = place.train(*SENTENCES, *SMALL, "model=mgu", *choices, code=2)
    assert message in shown
    assert "Traceback" not in shown


def test_a_cell_writes_as_a_language_model(place):
    text = [
        "task=shakespeare",
        "data=synthetic_brackets",
        "data.train_characters=20000",
        "trainer.max_epochs=1",
    ]
    place.train(*text, *SMALL, "model=mgu", "task.samples.length=20", "hydra.run.dir=run")
    assert place.rnnlab("generate", "run", "--length", "20", "--seed", "1")


def test_an_encoder_trains_and_predicts(place):
    place.train(*SENTENCES, *SMALL, "model=running_mean", "hydra.run.dir=run")
    evaluated(place, "run")
    assert predicted(place, "run", "the plot was not good")["label"] in ("negative", "positive")
    assert "cast" in place.rnnlab("explain", "run", "the cast was fine")
    assert "model.encoder=RunningMean: cannot be exported" in place.rnnlab("export", "run", code=2)


def test_a_data_set_trains_predicts_and_exports(place):
    learns = ["optimizer.lr=0.03", "model.dropout=0", "model.embedding_dropout=0", "model.word_dropout=0"]
    chosen = ["task=imdb", "data=even_numbers", "model=gru", "trainer.max_epochs=8", *learns]
    place.train(*chosen, *SMALL, "hydra.run.dir=run")
    assert place.result("run")["metrics"]["test/accuracy"] > 0.95
    evaluated(place, "run")
    assert predicted(place, "run", "seven zero one")["label"] == "odd"
    place.rnnlab("export", "run")
    assert open_model(place.folder / "run" / "export").predict("seven zero two").label == "even"


def test_a_tokenizer_trains_and_predicts_and_its_file_imports_nothing(place):
    place.train(*SENTENCES, *SMALL, "model=gru", "tokenizer=byte", "hydra.run.dir=run")
    written = json.loads((place.folder / "run" / "tokenizer.json").read_text())
    assert (written["type"], written["class"]) == ("byte", "own_tokenizer.ByteTokenizer")
    evaluated(place, "run")
    assert predicted(place, "run", "the plot was not good")["label"] in ("negative", "positive")
    assert "3 characters, 3 tokens" in place.rnnlab("tokenize", "run", "bad")
    refused = place.rnnlab("export", "run", code=2)
    assert "tokenizer=own_tokenizer.ByteTokenizer: cannot be exported" in refused
    saved = place.train(*SENTENCES, *SMALL, "model=gru", "tokenizer=saved", "tokenizer.path=run", code=2)
    assert "holds a tokenizer of own_tokenizer.ByteTokenizer" in saved


def test_a_part_of_a_stranger_is_built_only_when_it_is_trusted(place):
    place.train(*SENTENCES, *SMALL, "model=mgu", "hydra.run.dir=run")
    (place.folder / "config" / "trusted.json").unlink()
    refused = place.rnnlab("predict", "run", "fine", code=2)
    assert "model.cell._target_=own_cell.MinimalGatedUnit, which is not on rnnlab's list" in refused
    place.rnnlab("predict", "run", "fine", "--trust", "own_cell")
