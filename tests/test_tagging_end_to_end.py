"""Tagging as it is typed, on small parts of real data: training, every command, and what bad input gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import forked
import pytest

ROOT = Path(__file__).parents[1]
REAL = os.environ.get("RNNLAB_DATA_DIR")
SMALL = ["threads=1", "trainer.max_epochs=2", "model.hidden_size=24", "model.embedding_size=24"]
SMALL += ["trainer.enable_progress_bar=false", "callback=default", "optimizer.lr=0.01"]
FILES = {  # folder, splits and how many sentences of each
    "wnut17": {"wnut17train.conll": 500, "emerging.dev.conll": 60, "emerging.test.annotated": 80},
    "ud_atis": {
        "en_atis-ud-train.conllu": 300,
        "en_atis-ud-dev.conllu": 50,
        "en_atis-ud-test.conllu": 60,
    },
}


def first_sentences(path: Path, count: int) -> str:
    """The first sentences of a file, whose ends are lines of white space."""
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        lines.append(line if line.strip() else "")
        count -= not line.strip() and bool(lines[:-1]) and bool(lines[-2])
        if not count:
            break
    return "\n".join(lines) + "\n"


class Place:
    """A folder to work in, with the first sentences of the data sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "RNNLAB_DATA_DIR": str(folder / "data")}
        self.environment["RNNLAB_CACHE_DIR"] = str(folder / "cache")

    def start(self, *command: str, code: int = 0) -> str:
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
        return str(done.stdout)

    def train(self, *overrides: str, code: int = 0) -> str:
        return self.start(str(ROOT / "train.py"), *SMALL, *overrides, code=code)

    def rnnlab(self, *arguments: str, code: int = 0) -> str:
        return self.start("-m", "rnnlab.cli", *arguments, code=code)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    if not REAL:
        pytest.skip("needs RNNLAB_DATA_DIR with wnut17/ and ud_atis/")
    folder = tmp_path_factory.mktemp("tagging")
    for name, splits in FILES.items():
        (folder / "data" / name).mkdir(parents=True)
        for file, count in splits.items():
            if not (Path(REAL) / name / file).is_file():
                pytest.skip(f"needs {name}/{file} under RNNLAB_DATA_DIR")
            (folder / "data" / name / file).write_text(first_sentences(Path(REAL) / name / file, count))
    return Place(folder)


@pytest.fixture(scope="module")
def wnut(place):
    return place.train("task=tagging", "data=wnut17", "model=bilstm", "head=crf")


def test_entities_are_trained_tested_and_shown_beside_their_baseline(wnut):
    assert "data: wnut17 from files (train 500, validation 60, test 80)" in wnut
    assert "most frequent tag" in wnut
    assert "test/f1" in wnut


def answered(output):
    """The JSON that a command prints, without what its progress bar writes to the terminal."""
    return json.loads(next(line for line in output.splitlines() if line.startswith("{")))


def test_every_command_takes_the_run(place, wnut):
    said = answered(place.rnnlab("predict", "last:tagging", "Justin Bieber is in London", "--json"))
    assert said["words"] == ["Justin", "Bieber", "is", "in", "London"]
    test = "data/wnut17/emerging.test.annotated"
    of_file = answered(place.rnnlab("evaluate", "last:tagging", "--path", test, "--json"))
    of_split = answered(place.rnnlab("evaluate", "last:tagging", "--json"))
    assert of_file["rows"] == of_split["rows"] == 80
    assert of_file["metrics"]["f1"]["value"] == of_split["metrics"]["f1"]["value"]
    assert "report.html" in place.rnnlab("report", "last:tagging")


@pytest.mark.long
def test_a_run_is_exported_and_reproduced(place, wnut):
    pytest.importorskip("onnxruntime")
    assert "80 sentences of its test are the same" in place.rnnlab("export", "last:tagging")
    assert "to the last bit" in place.rnnlab("reproduce", "last:tagging")


@pytest.mark.long
def test_parts_of_speech_are_learned(place):
    said = place.train("task=tagging", "data=ud_atis", "optimizer.lr=0.03", "data.batch_size=8")
    rows = [line.split("|") for line in said.splitlines() if line.startswith("| test/accuracy")]
    own, baseline = (float(cell) for cell in rows[0][2:4])
    assert own > 0.85
    assert baseline > 0.8  # each word's most frequent tag


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("Ann\tB-person\nin\n\n", "line 2 has 1 columns"),
        ("Ann\tB-person\nin\tNOUN\nby\tO\nBob\tB-person\nEve\tI-person\n\n", "line 2"),
    ],
)
def test_broken_files_end_with_their_line_and_leave_nothing(place, broken, told):
    (place.folder / "broken.conll").write_text(broken)
    output = place.train(
        "task=tagging", "data=tagged", "data.files.train=broken.conll", "task.name=bad", code=2
    )
    assert told in output
    assert "Traceback" not in output
    assert not list((place.folder / "outputs").glob("bad/*/*/checkpoints/*.ckpt"))


def test_a_scheme_that_the_file_does_not_have_is_refused(place):
    output = place.train("task=tagging", "data=wnut17", "data.scheme=IO", "task.name=bad", code=2)
    assert "tag 'B-" in output
    assert "IO, which has O, I-TYPE" in output
