"""Every recorded recipe takes its first steps on the CPU, from its data to its result, on small data."""

from __future__ import annotations

import gzip
import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from hydra import compose, initialize_config_dir

from rnnlab.run.config.check import check
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.command import without_hydra
from rnnlab.run.train.job import run

from .small_series import write_series

ROOT = Path(__file__).parents[1]
# sweeps of probes, which are drawn: tests/sweep/test_dry_run.py
ATLAS = {"atlas", "atlas_paper", "atlas_state"}
EXPERIMENTS = sorted({path.stem for path in (ROOT / "conf" / "experiment").glob("*.yaml")} - ATLAS)
OLD = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}  # a CPU without AVX-512
SMALL = [
    "threads=1",
    "report=false",
    "data.workers=1",
    "model.hidden_size=8",
    "model.embedding_size=8",
    "trainer.max_steps=2",
    "trainer.log_every_n_steps=1",
    "trainer.limit_val_batches=1",
    "trainer.limit_test_batches=1",
    "trainer.enable_progress_bar=false",
]
OF_TEXTS = ("data.workers=1", "model.embedding_size=8")
SERIES = (
    *(
        "bike",
        "demand",
        "etth1_gru",
        "etth1_segrnn",
        "etth1_segrnn_720",
        "exchange",
        "m4_hourly",
        "m4_weekly",
        "race_m4",
    ),
    *("digits_permuted", "nab"),
)
PRICES = "exchange"  # shown beside the last price
LEARNED = ["embedding.epochs=1", "embedding.min_count=1"]
WORDS = "the plot was good but this cast were dull fine awful never film act scene end".split()  # noqa: SIM905
ENTITIES = ("wnut17/wnut17train.conll", "wnut17/emerging.dev.conll", "wnut17/emerging.test.annotated")
SPEECH = [f"ud_atis/en_atis-ud-{split}.conllu" for split in ("train", "dev", "test")]
PLAYS = ("shakespeare_plays/hamlet", "shakespeare_plays/the-merry-wives-of-windsor")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with small files of the names that the recipes read."""
    folder, drawn = tmp_path_factory.mktemp("data"), random.Random(0)

    def line() -> str:
        return " ".join(drawn.choices(WORDS, k=drawn.randint(4, 30)))

    for name, classes in (("imdb", 2), ("tweet_eval_sentiment", 3)):
        (folder / name).mkdir()
        for split, rows in (("train", 240), ("validation", 60), ("test", 60), ("unsupervised", 240)):
            labels = [row % classes if split != "unsupervised" else -1 for row in range(rows)]
            table = {"text": [f"{line()} {WORDS[3 + label * 4]}" for label in labels], "label": labels}
            pq.write_table(pa.table(table), folder / name / f"{split}.parquet")
    for name in ("tiny_shakespeare/input", "shakespeare/input", "shakespeare_sonnets/input", *PLAYS):
        path = folder / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(line() for _ in range(200)), encoding="utf-8")
    write_tagged(folder, line)
    write_pairs(folder, line)
    write_series(folder)
    return folder


def write_pairs(folder: Path, line: Callable[[], str]) -> None:
    """Write small parallel files, summaries, and words with their pronunciation."""
    (folder / "multi30k" / "raw").mkdir(parents=True)
    for name in ("train", "val", "test_2016_flickr"):
        for language in ("en", "de"):
            with gzip.open(folder / "multi30k" / "raw" / f"{name}.{language}.gz", "wt") as file:
                file.write("\n".join(line() for _ in range(60)) + "\n")
    (folder / "debian_descriptions").mkdir()
    with gzip.open(folder / "debian_descriptions" / "summaries.tsv.gz", "wt") as file:
        rows = [line() for _ in range(120)]
        file.write("".join(f"{row} {line()}\t{' '.join(row.split()[:3])}\n" for row in rows))
    words = folder / "g2p" / "data" / "medium"
    words.mkdir(parents=True)
    for name in ("train", "dev", "test"):
        rows = [f"{word}{number}\t{' '.join(word)}" for number in range(5) for word in WORDS]
        (words / f"dut_{name}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def write_tagged(folder: Path, line: Callable[[], str]) -> None:
    """Write small files of entities and of parts of speech."""
    for number, name in enumerate([*ENTITIES, *SPEECH, "btc/btc.train"]):
        kind, columns = ("PER" if "btc" in name else "person"), 10 if "ud_atis" in name else 2
        rows = []
        for _ in range(60):
            words = f"{line()} Ann{number}".split()
            tags = ["NOUN" if word in WORDS[:9] else "ADJ" for word in words]
            tags = tags if columns == 10 else ["O"] * (len(words) - 1) + [f"B-{kind}"]
            lines = [
                "\t".join([word, tag] if columns == 2 else ["1", word, "_", tag, *"______"])
                for word, tag in zip(words, tags, strict=True)
            ]
            rows.append("\n".join(lines))
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n\n".join(rows), encoding="utf-8")


def first_steps(experiment: str, texts: Path, folder: Path, *more: str) -> dict[str, Any]:
    """Runs the recipe with few units and steps; its result."""
    places = [f"paths.run_dir='{folder}'", f"paths.data_dir='{texts}'", f"paths.cache_dir='{texts}/cache'"]
    small = [setting for setting in SMALL if experiment not in SERIES or setting not in OF_TEXTS]
    given = [f"experiment={experiment}", *small, *more]
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        cfg = without_hydra(compose("train", overrides=[*given, *places]))
    check(cfg)
    code = run(cfg, RunFolder(folder), given, "model")
    result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert code == 0, result
    return result


def changes(experiment: str, texts: Path, folder: Path) -> list[str]:
    """What makes a recipe small beside `SMALL`, and a CPU's: learned vectors, members, teachers, a GPU."""
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        cfg = compose("train", overrides=[f"experiment={experiment}"])
    if experiment in SERIES:
        return [f"baselines={str(experiment == PRICES).lower()}"]
    found = ["trainer=cpu"] if cfg.trainer.accelerator == "gpu" else []
    found += ["tokenizer.min_count=1"] if "min_count" in cfg.tokenizer else []
    found += LEARNED if "epochs" in cfg.embedding else []
    found += ["model.members=2"] if cfg.model.members > 1 else []
    dynamic = "dynamic_evaluation" in cfg.task and cfg.task.dynamic_evaluation.enabled
    found += ["task.dynamic_evaluation.learning_rates=[1e-3]"] if dynamic else []
    if "objective" in cfg and "last:imdb" in cfg.objective.get("teachers", []):
        same = [f"data.validation_fraction={cfg.data.validation_fraction}"]
        same += [f"trainer.precision={cfg.trainer.precision}", *LEARNED, "tokenizer.min_count=1"]
        same += ["pretraining=regions"] if cfg.pretraining else []
        first_steps("imdb_taught", texts, folder / "first", *same)
        found += [f"objective.teachers=[ngrams,'{folder / 'first'}']"]
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("quick_figures")
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_recipe_takes_its_first_steps(texts, tmp_path, experiment):
    result = first_steps(experiment, texts, tmp_path / "run", *changes(experiment, texts, tmp_path))
    assert result["status"] == "finished"
    assert result["data"]["source"] == ("scikit-learn" if "digits" in experiment else "files")
    assert result["device"] == "cpu (1 threads)"
    assert all(value == value for value in result["metrics"].values()), result["metrics"]


@pytest.mark.long
@pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64") or not torch.backends.mkldnn.is_available(),
    reason="needs oneDNN on x86",
)
@pytest.mark.skipif(OLD.items() <= os.environ.items(), reason="the test above has done so")
def test_recipes_in_bfloat16_take_theirs_on_a_cpu_without_avx_512():
    names = "regions or mixed_gpu or shakespeare_gpu or tweets_gpu"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", __file__]
    given = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ended = subprocess.run(
        [*command, "-k", f"first_steps and ({names})"],
        cwd=ROOT,
        env={**given, **OLD},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert ended.returncode == 0, ended.stdout
    assert "4 passed" in ended.stdout
