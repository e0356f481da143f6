"""The notebooks, executed as they are with small settings on small data, each in a kernel of its own."""

from __future__ import annotations

import gzip
import importlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
RATED = {"negative": "bad awful dull", "neutral": "there then now", "positive": "good fine lovely"}
WORDS = "the a plot cast music was is and it so very film i of that this not but an of"
SPOKEN = "the and of to a my in you is not that it me his be with your for this have"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder to work in, with small data of every task under data/."""
    folder = tmp_path_factory.mktemp("notebooks")
    drawn = random.Random(0)
    for name, classes, length in (("tweet_eval_sentiment", 3, 12), ("imdb", 2, 80)):
        (folder / "data" / name).mkdir(parents=True)
        for split, count in {"train": 400, "validation": 60, "test": 60}.items():
            table = rows(drawn, classes, length, count)
            pq.write_table(table, folder / "data" / name / f"{split}.parquet")
    (folder / "data" / "wnut17").mkdir()
    names = {"wnut17train.conll": 300, "emerging.dev.conll": 40, "emerging.test.annotated": 40}
    for name, count in names.items():
        (folder / "data" / "wnut17" / name).write_text(tagged(drawn, count), encoding="utf-8")
    captions(drawn, folder / "data" / "multi30k" / "raw")
    (folder / "data" / "tiny_shakespeare").mkdir()
    (folder / "data" / "tiny_shakespeare" / "input.txt").write_text(play(drawn, 4000), encoding="utf-8")
    return folder


def rows(drawn: random.Random, classes: int, length: int, count: int) -> pa.Table:
    """Texts of several sentences whose label is in their words."""
    names = [name for name in RATED if classes == 3 or name != "neutral"]
    labels = [number % classes for number in range(count)]
    texts = []
    for label in labels:
        words = drawn.choices(WORDS.split() + 2 * RATED[names[label]].split(), k=length)
        words[::8] = [word + "." for word in words[::8]]
        texts.append(" ".join(words))
    return pa.table({"text": texts, "label": labels})


def tagged(drawn: random.Random, count: int) -> str:
    """Sentences in CoNLL columns whose names are entities."""
    people, places, lines = ["Ann", "Bob", "Eve"], ["Rome", "Oslo", "Lima"], []
    for _ in range(count):
        words = [(word, "O") for word in drawn.choices(SPOKEN.split(), k=4)]
        words += [(drawn.choice(people), "B-person"), ("in", "O"), (drawn.choice(places), "B-location")]
        lines += [f"{word}\t{tag}" for word, tag in words]
        lines.append("")
    return "\n".join(lines) + "\n"


def captions(drawn: random.Random, folder: Path) -> None:
    """Parallel files of English numbers and the same in German."""
    folder.mkdir(parents=True)
    numbers = {"one": "eins", "two": "zwei", "three": "drei", "four": "vier", "five": "fünf", "six": "sechs"}
    for split, count in {"train": 300, "val": 40, "test_2016_flickr": 40}.items():
        rows = [drawn.choices([*numbers], k=drawn.randint(2, 7)) for _ in range(count)]
        sides = {"en": rows, "de": [[numbers[word] for word in row] for row in rows]}
        for language, texts in sides.items():
            content = "".join(f"{' '.join(words)}.\n" for words in texts)
            (folder / f"{split}.{language}.gz").write_bytes(gzip.compress(content.encode()))


def play(drawn: random.Random, lines: int) -> str:
    """Speakers and what they say, in the form of the plays."""
    parts = []
    for _ in range(lines):
        if drawn.random() < 0.3:
            parts.append(f"\n{drawn.choice(['ROMEO', 'JULIET', 'First Citizen'])}:")
        parts.append(" ".join(drawn.choices(SPOKEN.split(), k=6)).capitalize() + drawn.choice(",.;!?"))
    return "\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def finished(place):
    """What each notebook's process ended with, by its name; they run side by side."""
    with ThreadPoolExecutor(len(NOTEBOOKS)) as pool:
        ended = pool.map(lambda notebook: executed(notebook, place), NOTEBOOKS)
        return dict(zip([notebook.stem for notebook in NOTEBOOKS], ended, strict=True))


def executed(notebook: Path, folder: Path) -> subprocess.CompletedProcess:
    """Runs all cells of a copy in `folder`, which keeps what they print, without the user's own settings."""
    copy = folder / notebook.name
    shutil.copy(notebook, copy)
    environment = {
        **os.environ,
        "RNNLAB_SMALL": "1",
        "RNNLAB_DATA_DIR": str(folder / "data"),
        "RNNLAB_CACHE_DIR": str(folder / "cache"),
        "OMP_NUM_THREADS": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(folder / f"ipython_{notebook.stem}"),
    }
    start = "from nbclient.cli import main; main()"  # what the command jupyter-execute does
    command = [sys.executable, "-c", start, "--inplace", "--timeout=300", str(copy)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=500, check=False
    )


def test_there_is_one_for_each_task():
    assert [path.stem for path in NOTEBOOKS] == [
        "anomalies",
        "forecasting",
        "imdb",
        "shakespeare",
        "tagging",
        "translation",
        "tweets",
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_printed(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_notebook_imports_of_ours_is_there(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "".join("".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "code")
    lines = re.findall(r"^from (rnnlab\S*) import (.+)$", code, re.MULTILINE)
    assert lines
    for module, names in lines:
        found = importlib.import_module(module)
        assert [name for name in names.split(", ") if not hasattr(found, name.split(" as ")[0])] == []


@pytest.mark.long
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_its_first_cell_to_its_last(notebook, place, finished):
    done = finished[notebook.stem]
    assert done.returncode == 0, done.stdout + done.stderr
    cells = json.loads((place / notebook.name).read_text(encoding="utf-8"))["cells"]
    outputs = {number: cell["outputs"] for number, cell in enumerate(cells) if cell["cell_type"] == "code"}
    printed = json.dumps(outputs)
    assert "Traceback" not in printed
    assert outputs[len(cells) - 1][0]["output_type"] == "execute_result"  # the table of runs
    assert "finished" in json.dumps(outputs[len(cells) - 1])
    assert printed.count("image/png") >= 3  # curves, and a figure of the notebook's own
    assert "background-color" in printed  # coloured text
    assert list((place / "outputs" / notebook.stem).glob("*/*/result.json"))
