"""Runs of an older rnnlab, kept in tests/data/old_runs, do what they did when they were new."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import forked
import httpx
import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from hydra import compose, initialize_config_dir

from rnnlab.cli import main
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train.command import read_line, without_hydra
from rnnlab.run.train.job import run as train
from rnnlab.runtime import open_model
from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded, named
from rnnlab.serve.service.service import Service
from rnnlab.sweep.best_run import open_run
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.known import remember_sweep

ROOT = Path(__file__).parents[1]
OLD = ROOT / "tests" / "data" / "old_runs"
MADE_BY = "995593a941fcfce7e59de5c117cde9a0d05bfa5c"
CLASSIFIERS, LANGUAGE_MODELS = ["imdb", "tweets"], ["shakespeare", "styles"]
TEXTS = ["the plot was not good", "I love this song :)", "so tired of the train 😡 http://t.co/x", ""]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The working folder: a copy of the old one, with its data and its outputs."""
    shutil.copytree(OLD, tmp_path / "old")
    monkeypatch.chdir(tmp_path / "old")
    monkeypatch.delenv("RNNLAB_DATA_DIR", raising=False)
    return tmp_path / "old"


@pytest.fixture
def rnnlab(capsys):
    """rnnlab(arguments) -> what the command printed."""

    def call(*arguments):
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return printed.out

    return call


def left(name):
    """The metrics in the run's result.json."""
    return json.loads(Path("outputs", name, "result.json").read_text())["metrics"]


def train_here(*typed):
    """`python train.py ...` in this process; the metrics that it leaves."""
    overrides = read_line([*typed, "threads=1"], ROOT / "conf").arguments
    path = next(o.partition("=")[2].strip("'") for o in overrides if o.startswith("hydra.run.dir="))
    own = [o for o in overrides if not o.startswith("hydra.")]
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        cfg = without_hydra(compose("train", overrides=[*own, f"paths.run_dir='{Path(path).absolute()}'"]))
    assert train(cfg, RunFolder(Path(path)), own, "gru") == 0, (Path(path) / "result.json").read_text()
    return json.loads((Path(path) / "result.json").read_text())["metrics"]


def evaluated_again(rnnlab, name):
    """The figures of `rnnlab evaluate`, from predictions that are made anew."""
    Path("outputs", name, "predictions.parquet").unlink(missing_ok=True)
    found = json.loads(rnnlab("evaluate", f"outputs/{name}", "--json", "--bootstrap", "0"))
    return {f"test/{key}": figure["value"] for key, figure in found["metrics"].items()}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_is_evaluated_to_its_own_figures(rnnlab, name):
    then = left(name)
    then["test/loss"], then["test/ece"] = then["test/loss_calibrated"], then["test/ece_calibrated"]
    names = ["test/loss", "test/accuracy", "test/macro_recall", "test/macro_f1", "test/ece"]
    now = evaluated_again(rnnlab, name)
    assert {key: now[key] for key in names} == pytest.approx({key: then[key] for key in names}, abs=1e-5)


@pytest.mark.parametrize("name", LANGUAGE_MODELS)
def test_a_language_model_is_evaluated_to_its_own_figures(rnnlab, name):
    then = {key: value for key, value in left(name).items() if key.startswith("test/") and key != "test/loss"}
    now = evaluated_again(rnnlab, name)
    assert {key: now[key] for key in then} == pytest.approx(then, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "options", "part"), [("imdb", [], ""), ("tweets", [], ""), ("imdb", ["--ngrams"], "ensemble_")]
)
def test_predictions_are_those_that_the_run_left(rnnlab, name, options, part):
    rows = pq.read_table(f"outputs/{name}/predictions.parquet").to_pylist()
    printed = rnnlab("predict", f"outputs/{name}", *(row["text"] for row in rows), "--json", *options)
    now = [json.loads(line) for line in printed.splitlines()]
    assert [row["label"] for row in now] == [row[f"predicted_{part}".rstrip("_")] for row in rows]
    for found, row in zip(now, rows, strict=True):
        then = {label: row[f"probability_{part}{label}"] for label in found["probabilities"]}
        assert found["probabilities"] == pytest.approx(then, abs=1e-5)


@pytest.mark.parametrize(("name", "options"), [("shakespeare", []), ("styles", ["--style", "sonnets"])])
def test_a_language_model_writes(rnnlab, name, options):
    typed = ["generate", f"outputs/{name}", "--prompt", "the", "--length", 30, "--seed", 3, *options]
    text = rnnlab(*typed)
    assert text.startswith("the")
    assert len(text) == 34
    assert rnnlab(*typed) == text


@pytest.mark.parametrize("name", [*CLASSIFIERS, *LANGUAGE_MODELS])
def test_it_is_explained(rnnlab, name):
    found = json.loads(rnnlab("explain", f"outputs/{name}", "the cast was good", "--method", "all", "--json"))
    expected = {"imdb": {"gradients", "occlusion", "attention"}, "tweets": {"gradients", "occlusion"}}
    assert {one["method"] for one in found["explanations"]} == expected.get(name, {"surprisal"})
    assert found["gates"]


@pytest.mark.parametrize("name", ["imdb", "tweets"])
def test_a_classifier_is_exported(rnnlab, name):
    rnnlab("export", f"outputs/{name}", "--output", "exported")
    then = open_run(f"outputs/{name}").probabilities(TEXTS)
    np.testing.assert_allclose(open_model("exported").probabilities(TEXTS), then, atol=1e-5)


@pytest.mark.parametrize("name", LANGUAGE_MODELS)
def test_a_language_model_is_exported(rnnlab, name):
    rnnlab("export", f"outputs/{name}", "--output", "exported")
    text = rnnlab("generate", f"outputs/{name}", "--prompt", "the", "--length", 30, "--temperature", 0)
    assert open_model("exported").generate("the", 30, temperature=0) == text.removesuffix("\n")


def test_older_exports_answer_as_their_runs(rnnlab):
    then = open_run("outputs/imdb").probabilities(TEXTS)
    np.testing.assert_allclose(open_model("outputs/imdb/export").probabilities(TEXTS), then, atol=1e-5)
    text = rnnlab("generate", "outputs/shakespeare", "--prompt", "the", "--length", 30, "--temperature", 0)
    assert open_model("outputs/shakespeare/export").generate("the", 30, temperature=0) == text.removesuffix(
        "\n"
    )


@pytest.mark.parametrize("name", ["imdb", "tweets", "shakespeare", "styles", "tweets_stopped"])
def test_its_report_is_written(rnnlab, name):
    rnnlab("report", f"outputs/{name}")
    assert "<svg" in Path("outputs", name, "report.html").read_text(encoding="utf-8")


def test_several_runs_and_a_sweep_are_reported(rnnlab):
    rnnlab("report", "outputs/tweets", "best:lr", "outputs/imdb", "--output", "several.html")
    assert "3 runs compared" in Path("several.html").read_text(encoding="utf-8")
    rnnlab("report", "sweep:lr")
    assert "2 runs" in Path("outputs/sweeps/lr/report.html").read_text(encoding="utf-8")


def test_two_runs_are_compared(rnnlab):
    found = json.loads(
        rnnlab("compare", "outputs/tweets", "outputs/sweeps/lr/0", "--json", "--bootstrap", 100)
    )
    assert list(found["settings"]) == ["optimizer.lr"]
    assert "mcnemar" in found["significance"]
    one, other = found["metrics"]["test/accuracy"]
    assert [one, other] == [left("tweets")["test/accuracy"], left("sweeps/lr/0")["test/accuracy"]]


def test_runs_are_listed_and_found(rnnlab):
    rows = [json.loads(line) for line in rnnlab("runs", "--json").splitlines()]
    names = {Path(row["run"]).name: row["status"] for row in rows}
    assert (
        names.items() >= {"imdb": "finished", "styles": "finished", "tweets_stopped": "interrupted"}.items()
    )
    assert open_run("best:lr").folder.path.name == "0"
    assert open_run("last:imdb").task == "imdb"


def test_its_tokens_words_and_continued_learning_are_shown(rnnlab):
    tokens = json.loads(rnnlab("tokenize", "outputs/tweets", "--json", "so tired of the match"))["tokens"]
    assert len(tokens) > 3
    assert json.loads(rnnlab("embeddings", "outputs/imdb", "good", "--top", 3, "--json"))["neighbours"]
    rates = ["--learning-rates", "1e-3", "--decays", "0"]
    found = json.loads(rnnlab("dynamic_evaluation", "outputs/shakespeare", *rates, "--json"))
    assert 2.5 < found["test/nats_dynamic"] < left("shakespeare")["test/nats_stream"]


def test_the_service_answers_for_it():
    async def ask():
        service = Service([Loaded(name, run) for name, run in named(runs).items()], Limits())
        transport = httpx.ASGITransport(build_app(service))
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        async with service.running(), client:
            predicted = await client.post("/predict", json={"text": TEXTS})
            written = await client.post("/generate", json={"prompt": "the", "length": 20, "temperature": 0})
            return predicted.json(), written.text

    runs = [open_run("outputs/tweets"), open_run("outputs/shakespeare")]
    predicted, written = asyncio.run(ask())
    assert [row["label"] for row in predicted["predictions"]] == [one.label for one in runs[0].predict(TEXTS)]
    assert "the" + written == open_model("outputs/shakespeare/export").generate("the", 20, temperature=0)


@pytest.mark.parametrize("name", ["tweets", "shakespeare"])
def test_a_stopped_run_goes_on_to_the_end_of_one_that_was_not_stopped(name):
    then = left(name)
    now = train_here(f"resume=outputs/{name}_stopped")
    assert now == pytest.approx(then, abs=1e-4)
    weights = [
        torch.load(f"outputs/{run}/checkpoints/best.ckpt", weights_only=True)["state_dict"]
        for run in (name, f"{name}_stopped")
    ]
    torch.testing.assert_close(*weights, rtol=0, atol=1e-4)


def test_a_new_run_starts_from_it():
    start = ["hydra.run.dir=outputs/new", "trainer.max_epochs=1", "report=false"]
    text = ["task=shakespeare", "data=textfile", "data.files.train=sonnets.txt", "data.batch_size=4"]
    small = ["model.embedding_size=6", "model.hidden_size=8", "task.samples.length=10"]
    assert "test/nats_stream" in train_here("pretrained=outputs/shakespeare", *text, *small, *start)


def test_it_teaches_a_new_run():
    rows = [f"data.files.{split}={split}.csv" for split in ("train", "validation", "test")]
    rows += ["+data.files.unlabelled=train.csv"]
    start = ["hydra.run.dir=outputs/new", "trainer.max_epochs=1", "report=false", "data.source=files"]
    teach = ["objective=taught", "objective.teachers=[outputs/tweets]"]
    assert "test/accuracy" in train_here(
        "task=tweets", "model=gru", "tokenizer=bpe", "tokenizer.vocab_size=120", *teach, *rows, *start
    )


@pytest.mark.slow
def test_it_is_reproduced(rnnlab, capsys):
    with pytest.raises(SystemExit) as end:
        main(["reproduce", "outputs/tweets", "--output", "outputs/again", "--json"])
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert end.value.code in (0, 1)  # 1: another version of torch or another processor, to the last bit
    assert all(now == pytest.approx(then, abs=1e-4) for then, now in found["metrics"].values())
    assert [line for line in found["differences"] if line.startswith("setting")] == []


def test_a_sweep_is_shown(rnnlab):
    assert "2 finished" in rnnlab("sweep", "status", "lr")
    settings = json.loads(rnnlab("sweep", "show", "lr", "--json"))["settings"]
    scores = [setting["metrics"]["val/macro_recall"]["mean"] for setting in settings]
    assert scores == [left(f"sweeps/lr/{trial}")["val/macro_recall"] for trial in (0, 1)]
    assert rnnlab("sweep", "show", "lr", "--csv").splitlines()[1].startswith("0,")


@pytest.mark.long
def test_a_sweep_goes_on_with_more_trials_by_the_code_that_it_was_started_with(folder, rnnlab):
    sweep = folder / "outputs" / "sweeps" / "lr"
    with_its_code(sweep)
    spec = (sweep / "sweep.yaml").read_text()
    (sweep / "sweep.yaml").write_text(spec.replace("cwd: /srv/rnnlab", f"cwd: {folder}"))
    remember_sweep(SweepFolder(sweep))
    command = [sys.executable, str(ROOT / "train.py"), "-m", f"sweep.resume={sweep}", "sweep.trials=3"]
    done = forked.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    new = json.loads((sweep / "2" / "result.json").read_text())
    assert new["git"]["commit"] == MADE_BY
    assert new["metrics"].keys() == left("sweeps/lr/0").keys()
    assert "3 finished" in rnnlab("sweep", "status", "lr")


def with_its_code(sweep):
    """Put back the copy of the code that a sweep keeps: that of the commit, from git."""
    names = ["src/rnnlab", "src/hydra_plugins", "conf", "train.py"]
    archive = subprocess.run(["git", "archive", MADE_BY, *names], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"git does not have commit {MADE_BY[:7]} here")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(sweep / "code", filter="data")
    (sweep / "code" / "git.json").write_text(json.dumps({"commit": MADE_BY, "dirty": False, "patch": ""}))
