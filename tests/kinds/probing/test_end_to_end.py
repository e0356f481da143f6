"""Probes as they are typed: training, its files, evaluate, predict, report, and an exact resume."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest
import torch

from rnnlab.cli import main
from rnnlab.kinds.probing.task import Probing
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.runtime import open_model
from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.engine import engine_of
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.service import Service

SMALL = [
    "task=probe",
    "model=gru",
    "model.hidden_size=12",
    "model.embedding_size=6",
    "data.validate_every=20",
]
SMALL += ["data.validation_rows=40", "data.test_rows=30", "trainer.max_epochs=-1", "data.batch_size=16"]
SMALL += ["data.longest=8", "data.test_lengths=[8,16]", "optimizer.lr=0.02", "scheduler=constant"]


@pytest.fixture(scope="module")
def trained(train_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("probes")
    return lambda name, *more: train_run(folder / name, *SMALL, *more)


@pytest.fixture(scope="module")
def run(trained):
    return trained("run", "trainer.max_steps=50", "task.stop_at=null")


def result(folder: Path):
    return json.loads((folder / "result.json").read_text())


def test_a_run_has_scores_by_length_and_the_facts_of_its_probe(run):
    found = result(run)
    assert found["status"] == "finished"
    assert found["steps"] == 50
    metrics = found["metrics"]
    names = {f"{name}{end}" for name in ("loss", "accuracy", "solved") for end in ("", "_8", "_16")}
    assert {f"test/{name}" for name in names} | {
        f"val/{name}" for name in ("loss", "accuracy", "solved")
    } == set(metrics)
    assert metrics["test/accuracy"] == metrics["test/accuracy_8"]
    probe = found["probe"]
    assert (probe["name"], probe["unit"], probe["longest"], probe["test_lengths"]) == (
        "parity",
        "bits",
        8,
        [8, 16],
    )
    assert probe["chance"] == {"8": 0.5, "16": 0.5}
    assert found["baselines"]["chance"]["metrics"]["test/accuracy_16"] == 0.5
    assert not (run / "figures").exists()
    assert {"memory.json", "examples.json", "report.html"} <= {path.name for path in run.iterdir()}


def test_two_validations_with_the_accuracy_end_the_training(trained):
    found = result(trained("solved", "trainer.max_steps=400", "task.stop_at=0.3"))
    assert found["steps"] == 40  # the second validation


def test_a_killed_run_that_goes_on_ends_with_the_same_weights_and_validations(run, trained, monkeypatch):
    step, calls = Probing.training_step, []

    def killed(self, batch, index):
        calls.append(index)
        if len(calls) == 27:
            raise RuntimeError("killed")
        return step(self, batch, index)

    own = ("trainer.max_steps=50", "task.stop_at=null")
    monkeypatch.setattr(Probing, "training_step", killed)
    with pytest.raises(AssertionError, match="RuntimeError: killed"):
        trained("part", *own)
    monkeypatch.setattr(Probing, "training_step", step)
    part = trained("part", *own)
    assert result(part)["starts"] == 2
    assert result(part)["metrics"] == result(run)["metrics"]
    assert result(part)["probe"] == result(run)["probe"]
    whole, again = (torch.load(RunFolder(one).last, weights_only=True) for one in (run, part))
    assert all(
        torch.equal(whole["state_dict"][name], again["state_dict"][name]) for name in whole["state_dict"]
    )
    assert whole["task"]["validations"] == again["task"]["validations"]


def test_evaluate_tests_at_other_lengths(run, capsys):
    assert main(["evaluate", str(run), "--lengths", "8,32", "--bootstrap", "20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["metrics"]["accuracy_8"]["value"] == pytest.approx(result(run)["metrics"]["test/accuracy_8"])
    assert found["metrics"]["accuracy_32"]["low"] <= found["metrics"]["accuracy_32"]["high"]
    assert main(["evaluate", str(run), "--split", "validation", "--bootstrap", "0", "--json"]) == 0
    own = json.loads(capsys.readouterr().out)["metrics"]
    assert own["loss"]["value"] == pytest.approx(result(run)["metrics"]["val/loss"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--lengths", "1"], "--lengths=1: is too short for parity: its shortest row has 2 bits"),
        (["--lengths", "eight"], "--lengths=eight: must be whole numbers"),
        (["--split", "train"], "--split=train: is drawn anew at each step"),
    ],
    ids=["short", "word", "train"],
)
def test_what_cannot_be_evaluated_is_refused(run, capsys, options, said):
    assert main(["evaluate", str(run), *options]) == 2
    assert said in capsys.readouterr().err


def test_predict_answers_typed_rows(run, capsys):
    assert main(["predict", str(run), "1 0 1", "01", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [len(line["steps"]) for line in lines] == [3, 2]
    assert main(["predict", str(run), "1 7"]) == 2
    assert "7 is no token of this probe" in capsys.readouterr().err


def test_an_exported_graph_answers_as_the_run_does(run, tmp_path, capsys):
    assert main(["predict", str(run), "1 0 1", "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)
    assert main(["export", str(run), "--output", str(tmp_path / "export")]) == 0
    answer = open_model(tmp_path / "export")(["1 0 1"])[0]
    assert answer["steps"] == expected["steps"]
    assert answer["probability"] == pytest.approx(expected["probability"], rel=1e-5)


def test_the_service_warms_up_and_refuses_other_tokens(run):
    opened = OpenRun(RunFolder(run))
    service = Service([Loaded("probe", opened, engine_of(opened, "torch"))], Limits(), None)

    async def whole():
        transport = httpx.ASGITransport(build_app(service), raise_app_exceptions=False)
        async with (
            service.running(),
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            return [await client.post("/predict", json={"text": text}) for text in ("1 0 1", "1 0 9")]

    answered, refused = asyncio.run(whole())
    assert len(answered.json()["predictions"][0]["steps"]) == 3
    assert (refused.status_code // 100, refused.json()["error"]) == (4, "9 is no token of this probe")


def test_the_page_shows_lengths_memory_and_examples(run):
    page = (run / "report.html").read_text()
    assert all(words in page for words in ("Accuracy over length", "Gradient through time", "Examples"))


def test_numbers_are_probed_by_their_error(train_run, tmp_path, capsys):
    run = train_run(tmp_path / "adding", *SMALL, "probe=adding", "trainer.max_steps=20")
    found = result(run)
    assert found["probe"]["name"] == "adding"
    assert found["metrics"]["test/accuracy"] == found["metrics"]["test/solved"]
    assert found["baselines"]["chance"]["metrics"]["test/loss_16"] == pytest.approx(1 / 6)
    assert main(["predict", str(run), "[[0.5, 1], [0.25, 1]]", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["answer"]
    assert main(["export", str(run), "--output", str(tmp_path / "export")]) == 0
    assert open_model(tmp_path / "export")([[[0.5, 1], [0.25, 1]]])[0]["answer"] == pytest.approx(
        answer, abs=1e-5
    )
