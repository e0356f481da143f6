"""The notebooks: what is stored of them, and that each runs with small settings on small data."""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
import os
import random
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hydra import initialize_config_dir

from rnnlab.run.config.check import check
from rnnlab.run.config.task_variants import with_variant
from rnnlab.run.train.command import composed, without_hydra

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "notebooks.py"
spec = importlib.util.spec_from_file_location("notebooks_script", SCRIPT)
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)
NOTEBOOKS = script.notebooks()
TASKS = [path for path in NOTEBOOKS if path.parent.name == "notebooks"]
CHAPTERS = [path for path in NOTEBOOKS if path.parent.name == "learn"]
MEMORY = [path for path in TASKS if path.stem == "memory"]  # has exercises as the chapters have
BIGGEST = 750  # kB
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


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def code_of(path: Path) -> list[dict]:
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


def prose_of(path: Path) -> str:
    cells = read(path)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def test_there_is_one_for_each_task_and_one_on_memory():
    assert [path.stem for path in TASKS] == [
        "anomalies",
        "forecasting",
        "imdb",
        "memory",
        "shakespeare",
        "tagging",
        "translation",
        "tweets",
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_with_what_its_present_code_printed(notebook):
    stored, code = read(notebook), code_of(notebook)
    assert stored["metadata"]["rnnlab"] == {"code": script.code_digest(stored), "small": False}, (
        f"run it again: make notebooks NB={notebook.stem}"
    )
    assert [cell["execution_count"] for cell in code] == [*range(1, len(code) + 1)]
    outputs = [output for cell in code for output in cell["outputs"]]
    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert notebook.stat().st_size < BIGGEST * 1000


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_stored_has_no_paths_times_and_addresses(notebook, tmp_path):
    outputs = [output for cell in code_of(notebook) for output in cell["outputs"]]
    assert [script.settled(output, tmp_path) for output in outputs] == outputs
    texts = [text for output in outputs for text in texts_of(output)]
    assert [text for text in texts if re.search(r"(?<![\w.<])/(work|tmp|home|root|opt|usr)/", text)] == []


def texts_of(output: dict) -> list[str]:
    """Every text of an output that is not a picture."""
    parts = [output["text"]] if "text" in output else []
    parts += [part for kind, part in output.get("data", {}).items() if kind.startswith("text/")]
    return ["".join(part) for part in parts]


@pytest.mark.parametrize("notebook", [*CHAPTERS, *MEMORY], ids=lambda path: path.stem)
def test_a_chapter_has_questions_equations_exercises_and_their_solutions(notebook):
    prose = prose_of(notebook)
    exercises, solutions = prose.split("## Exercises")[1].split("## Solutions")
    asked = re.findall(r"^\*\*(\d)\.", exercises, re.MULTILINE)
    assert 3 <= len(asked) <= 5
    assert (
        re.findall(r"^### (\d)", solutions, re.MULTILINE) == asked == [str(n + 1) for n in range(len(asked))]
    )
    assert "**Before you run" in prose
    assert prose.count("$$") >= 2
    hidden = [cell for cell in code_of(notebook) if "solution" in cell["metadata"].get("tags", [])]
    assert len(hidden) >= len(asked)


@pytest.mark.parametrize("notebook", [*CHAPTERS, *MEMORY], ids=lambda path: path.stem)
def test_the_commands_of_a_chapter_compose_and_pass_the_checks(notebook):
    lines = re.findall(r"^(?:python train\.py|rnnlab train) (.+)$", prose_of(notebook), re.MULTILINE)
    assert lines
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        for line in lines:
            words = [word for word in shlex.split(line, comments=True) if "=" in word]
            if "-m" in line.split():  # of a sweep: its first job
                words = [word.partition(",")[0] for word in words]
            check(without_hydra(composed(with_variant(words, ROOT / "conf"))))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_notebook_imports_of_ours_is_there(notebook):
    code = "".join("".join(cell["source"]) + "\n" for cell in code_of(notebook))
    lines = re.findall(r"^from (rnnlab\S*) import (.+)$", code, re.MULTILINE)
    assert lines
    for module, names in lines:
        found = importlib.import_module(module)
        assert [name for name in names.split(", ") if not hasattr(found, name.split(" as ")[0])] == []


def test_an_output_is_stored_without_what_changes_from_run_to_run(tmp_path):
    table = '<style>#T_a1b2c_row0 {}</style><table id="T_a1b2c"><td id="T_a1b2c_row0">1</td></table>'
    data = {
        "text/plain": f"<Figure at 0x7f12ab> {tmp_path}/outputs/a.png",
        "text/html": table,
        "image/png": "abc=",
    }
    settled = script.settled({"output_type": "display_data", "data": data, "metadata": {}}, tmp_path)
    assert settled["data"] == {
        "text/plain": ["<Figure> outputs/a.png"],
        "text/html": [table.replace("T_a1b2c", "T_0")],
        "image/png": "abc=",
    }
    line = (
        "epoch 1/2: val/loss 0.25, 33,012 tokens/s, 137 s\nfolder: outputs/a/b/2026-11-22_20-11-56_d2bf9453\n"
    )
    stream = {"output_type": "stream", "name": "stdout", "text": line}
    assert script.settled(stream, tmp_path)["text"] == [
        "epoch 1/2: val/loss 0.25, ... tokens/s, ... s\n",
        "folder: outputs/a/b/DATE_TIME_ID\n",
    ]


def test_pieces_of_a_stream_are_stored_as_one():
    parts = [("stdout", "a"), ("stdout", "b\nc"), ("stderr", "d")]
    pieces = [{"output_type": "stream", "name": name, "text": text} for name, text in parts]
    texts = [output["text"] for output in script.joined(pieces)]
    assert texts == [["ab\n", "c"], "d"]


def test_the_digest_is_of_the_code_alone():
    cell = {"cell_type": "code", "source": ["a = 1\n", "a"], "outputs": []}
    notebook = {"cells": [{"cell_type": "markdown", "source": "# one"}, cell]}
    digest = script.code_digest(notebook)
    assert script.code_digest({"cells": [{**cell, "source": "a = 1\na", "outputs": ["x"]}]}) == digest
    assert script.code_digest({"cells": [{**cell, "source": "a = 2"}]}) != digest


def test_a_name_that_is_no_notebook_is_refused_with_those_that_are():
    with pytest.raises(SystemExit, match=r"no notebook 'imdbb'; there are: anomalies, .*tweets"):
        script.notebooks(["imdbb"])


@pytest.mark.long
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_its_first_cell_to_its_last(notebook, place, tmp_path):
    own = {"RNNLAB_DATA_DIR": str(place / "data"), "RNNLAB_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, str(SCRIPT), notebook.stem, "--small", "--to", str(tmp_path), "--timeout=300"]
    done = subprocess.run(
        command, env={**os.environ, **own}, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = [cell["outputs"] for cell in code_of(tmp_path / notebook.name)]
    printed = json.dumps(outputs)
    assert "Traceback" not in printed
    assert printed.count("image/png") >= 3
    if notebook in TASKS:
        assert outputs[-1][0]["output_type"] == "execute_result"  # the table of runs
        assert "finished" in json.dumps(outputs[-1])
        assert "background-color" in printed  # coloured text or a coloured table
