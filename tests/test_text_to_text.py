"""Text to text as it is typed, on small parts of the real data: every task, commands, sweeps."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
from itertools import islice
from pathlib import Path

import pytest
import yaml

from .test_text_end_to_end import Place

REAL = os.environ.get("RNNLAB_DATA_DIR")
pytestmark = [pytest.mark.long, pytest.mark.skipif(not REAL, reason="needs RNNLAB_DATA_DIR")]
SMALL = [
    *("threads=1", "trainer.enable_progress_bar=false", "trainer.max_steps=6", "model.hidden_size=16"),
    *("model.embedding_size=16", "data.batch_size=16", "trainer.limit_val_batches=1", "report=false"),
    *("trainer.limit_test_batches=1", "task.decoding.beam=2", "task.decoding.max_extra=3"),
]
MULTI30K = {"train": 600, "val": 40, "test_2016_flickr": 40}


class Lines(Place):
    """A folder to type commands in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environment["OMP_NUM_THREADS"] = "1"

    def run(self, name: str, *choices: str, code: int = 0) -> dict:
        self.train(*choices, *SMALL, f"hydra.run.dir={name}", code=code)
        return json.loads((self.folder / name / "result.json").read_text())


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder, real = tmp_path_factory.mktemp("text_to_text"), Path(str(REAL))
    raw = folder / "data/multi30k/raw"
    raw.mkdir(parents=True)
    for split, count in MULTI30K.items():
        for language in ("en", "de"):
            cut(real / f"multi30k/raw/{split}.{language}.gz", raw / f"{split}.{language}.gz", count)
    (folder / "data/debian_descriptions").mkdir()
    name = "debian_descriptions/summaries.tsv.gz"
    cut(real / name, folder / "data" / name, 400)
    for language in ("ice", "gre"):
        for split in ("train", "dev", "test"):
            target = folder / f"data/g2p/data/low/{language}_{split}.tsv"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(real / f"g2p/data/low/{language}_{split}.tsv", target)
    return Lines(folder)


def cut(source: Path, target: Path, count: int) -> None:
    """Write the first lines of a packed file."""
    with gzip.open(source, "rt", encoding="utf-8") as file, gzip.open(target, "wt", encoding="utf-8") as few:
        few.writelines(islice(file, count))


@pytest.fixture(scope="module")
def translation(place):
    """A finished run of task=translation, in the folder `translation`."""
    return place.run("outputs/translation/bigru/A", *TRANSLATION)


TRANSLATION = ["task=translation", "model=bigru", "tokenizer.vocab_size=500"]


def test_a_translation_is_written_measured_and_looked_into(place, translation):
    assert translation["status"] == "finished"
    assert {"test/bleu", "test/bleu_lowercase", "test/chrf", "test/ter"} <= set(translation["metrics"])
    assert "case:mixed" in translation["signatures"]["bleu"]
    sentence = "A man is riding a bike."
    answer = place.rnnlab("predict", "last:translation", sentence, "--beam", "5", "--nbest", "3", "--json")
    assert len(json.loads(answer.splitlines()[-1])["alternatives"]) == 3
    (place.folder / "test2017.tsv").write_text(
        "source\ttarget\nA man.\tEin Mann.\nTwo dogs run.\tZwei Hunde laufen.\n"
    )
    place.rnnlab("evaluate", "last:translation", "--path", "test2017.tsv", "--output", "evaluated")
    found = json.loads((place.folder / "evaluated/metrics.json").read_text())
    assert found["rows"] == 2
    assert found["metrics"]["bleu"]["low"] <= found["metrics"]["bleu"]["value"]
    explained = place.rnnlab("explain", "last:translation", sentence)
    assert re.search(r"^ +\d\.\d{3} ", explained, re.MULTILINE)  # the weight of a source token
    assert "translation" in place.rnnlab("runs", "--task", "translation")
    place.rnnlab("report", "last:translation")
    page = (place.folder / "outputs/translation/bigru/A/report.html").read_text()
    assert "Ein" in page
    error = place.rnnlab("generate", "last:translation", code=2)
    assert "it has no rnnlab generate; there are: " in error


def test_a_run_is_reproduced_to_the_last_bit(place, translation):
    shown = place.rnnlab("reproduce", "last:translation", "--output", "again")
    assert "identical:" in shown


def test_two_directions_are_two_tasks_with_other_references(place, translation):
    languages = ["data.source_language=de", "data.target_language=en"]
    result = place.run("other", *TRANSLATION, *languages, "decoder.input_feeding=true")
    assert result["status"] == "finished"
    shown = place.rnnlab("compare", "last:translation", "other")
    assert "no paired test: the runs did not predict the same test rows" in shown


def test_a_sweep_over_languages_and_seeds_has_a_run_each(place):
    place.train("-m", "task=g2p", "model=bilstm", "data.language=ice,gre", "seed=range(2)", *SMALL)
    jobs = list(next((place.folder / "outputs/sweeps").glob("*")).glob("jobs.csv"))
    with jobs[0].open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["state"] for row in rows} == {"finished"}
    assert {(row["data.language"], row["seed"]) for row in rows} == {
        (language, seed) for language in ("ice", "gre") for seed in ("0", "1")
    }
    assert all("val/word_error_rate" in row for row in rows)
    shutil.rmtree(place.folder / "outputs/sweeps")


def test_a_sweep_prunes_on_what_is_written_freely(place):
    space = ["optimizer.lr=0.02,1e-7", "sweep=grid", "sweep.pruner=successive_halving"]
    options = ["sweep.pruner_options={min_resource:1,reduction_factor:2}"]
    options += ["task.monitor=val/token_error_rate"]
    more = ["trainer.max_steps=-1", "trainer.max_epochs=4", "data.batch_size=64", "seed=3,4"]
    place.train("-m", "task=g2p", "data.language=ice", "model=gru", *SMALL, *space, *options, *more)
    (sweep,) = (place.folder / "outputs/sweeps").glob("*")
    with (sweep / "jobs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["state"] for row in rows} <= {"finished", "pruned"}
    assert "pruned" in {row["state"] for row in rows}
    best = yaml.safe_load((sweep / "best.yaml").read_text())
    assert best["optimizer"] == {"lr": 0.02}
    shutil.rmtree(place.folder / "outputs/sweeps")


def test_a_summary_copies_words_of_its_source(place):
    copying = ["decoder=pointer", "decoder.coverage=1.0", "tokenizer.vocab_size=400"]
    result = place.run("summary", "task=summarization", *copying)
    assert result["status"] == "finished"
    assert result["facts"]["copies"]
    assert {"test/rouge1", "test/rouge2", "test/rougeL"} <= set(result["metrics"])
    error = place.train("task=translation", "decoder=pointer", "data.shared_vocabulary=false", code=2)
    assert "needs one vocabulary for both sides: add data.shared_vocabulary=true" in error


@pytest.mark.parametrize("ending", ["tsv", "jsonl", "parallel"])
def test_own_pairs_are_read_from_every_form(place, ending):
    words = ["one two", "two three", "three one two", "two two"]
    rows = [(text, text.upper()) for text in words * 30]
    if ending == "tsv":
        (place.folder / "my.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in [("source", "target"), *rows]))
        files = "data.files.train=my.tsv"
    elif ending == "jsonl":
        lines = (json.dumps({"source": a, "target": b}) for a, b in rows)
        (place.folder / "my.jsonl").write_text("\n".join(lines))
        files = "data.files.train=my.jsonl"
    else:
        (place.folder / "my.src").write_text("".join(f"{a}\n" for a, _ in rows))
        (place.folder / "my.trg").write_text("".join(f"{b}\n" for _, b in rows))
        files = "data.files.train=[my.src,my.trg]"
    result = place.run(
        f"own_{ending}", "task=text_to_text", "data=pairs", files, "tokenizer=char", "model=gru"
    )
    assert result["status"] == "finished"


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (["task=g2p", "data.language=xyz"], "data.language=xyz: "),
        (["task=text_to_text", "data.files.train=none.tsv"], "data.files.train=none.tsv: "),
        (["task=translation", "task.decoding.beam=0"], "task.decoding.beam=0: must be a whole number >= 1"),
        (["task=translation", "model=bilstm", "decoder.bidirectional=true"], "decoder.bidirectional=True: "),
        (
            ["task=translation", "data=imdb"],
            "data=imdb: task=translation needs pairs of a source",
        ),
    ],
)
def test_what_cannot_work_is_one_line(place, choices, message):
    error = place.train(*choices, *SMALL[:2], code=2)
    assert f"error: {message}" in error
    assert "Traceback" not in error
