"""`rnnlab wandb_workspace`: the layout of a run's workspace, as plain values and for W&B's package."""

import json
from types import SimpleNamespace

import pytest

from rnnlab.cli import main
from rnnlab.commands.workspace import send as sending
from rnnlab.commands.workspace.layout import keys_of, layout_of
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder


@pytest.fixture
def opened(classifier_run):
    return OpenRun(RunFolder(classifier_run))


@pytest.fixture
def without_key(monkeypatch, tmp_path):
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


def test_the_layout_follows_the_run(classifier_run, capsys, without_key):
    assert (
        main(["wandb_workspace", str(classifier_run), "--json", "--project", "mine", "--name", "first"]) == 0
    )
    layout = json.loads(capsys.readouterr().out)
    assert (layout["name"], layout["project"], layout["monitor"]) == ("first", "mine", "val/accuracy")
    assert layout["lower_is_better"] is False
    sections = {one["name"]: one["panels"] for one in layout["sections"]}
    assert list(sections) == ["Validation", "Test", "Settings", "Pictures", "Tables"]
    assert sections["Test"][0]["names"] == ["test/accuracy"]
    assert sections["Settings"][0]["names"][-1] == "val/accuracy"
    assert {"model.embedding_size", "model.hidden_size"} <= set(sections["Settings"][0]["names"])
    assert "figures/confusion_matrix" in sections["Pictures"][0]["names"]
    assert "summary:test/accuracy" in layout["columns"]


def test_only_single_values_are_axes():
    settings = {"optimizer": {"lr": 0.1, "betas": [1, 2]}, "seed": 1}
    overrides = ["task=tweets", "optimizer.lr=0.1", "+seed=1", "optimizer.betas=[1,2]", "seed=2"]
    assert keys_of(overrides, settings) == ["optimizer.lr", "seed"]


def test_a_job_of_a_sweep_is_grouped_by_its_trial(opened):
    opened.result["sweep"] = {"name": "mine", "trial": 3, "number": 7}
    assert layout_of(opened).group_by == ("sweep.trial",)


def test_it_is_a_workspace_of_wandbs_package(opened):
    pytest.importorskip("wandb_workspaces", reason="needs the extra wandb")
    layout = layout_of(opened)
    made = sending.workspace_of(layout, "somebody")
    assert (made.entity, made.project, made.name) == ("somebody", "rnnlab", "rnnlab: imdb")
    assert [section.name for section in made.sections] == [one.name for one in layout.sections]
    assert [len(one.panels) for one in made.sections] == [len(one.panels) for one in layout.sections]
    text = json.dumps(made._to_model().model_dump(by_alias=True, exclude_none=True), default=str)
    for key in ("val/accuracy", "test/accuracy", "figures/confusion_matrix", "predictions"):
        assert key in text


def test_without_a_key_one_line_says_so(classifier_run, capsys, without_key, monkeypatch):
    monkeypatch.setattr(sending, "is_installed", lambda: True)
    assert main(["wandb_workspace", str(classifier_run)]) == 2
    said = capsys.readouterr().err
    assert said == "error: W&B has no key for api.wandb.ai: set WANDB_API_KEY, or type wandb login\n"


def test_without_a_network_one_line_says_so(classifier_run, capsys, monkeypatch):
    monkeypatch.setattr(sending, "is_installed", lambda: True)
    monkeypatch.setattr("rnnlab.training.logger.wandb.is_reachable", lambda host, port: False)
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    assert main(["wandb_workspace", str(classifier_run)]) == 2
    assert "W&B does not answer at api.wandb.ai; --json prints the layout" in capsys.readouterr().err


def test_without_the_package_the_line_to_install_it(classifier_run, capsys, monkeypatch):
    monkeypatch.setattr(sending, "is_installed", lambda: False)
    assert main(["wandb_workspace", str(classifier_run)]) == 2
    assert "pip install 'rnnlab[wandb]'" in capsys.readouterr().err


def test_the_address_of_the_saved_workspace_is_printed(classifier_run, capsys, monkeypatch):
    made = SimpleNamespace(save=lambda: SimpleNamespace(url="https://wandb.example.org/somebody/rnnlab?nw=1"))
    monkeypatch.setattr(sending, "check_reach", lambda: None)
    monkeypatch.setattr(sending, "workspace_of", lambda layout, entity: made)
    assert main(["wandb_workspace", str(classifier_run), "--entity", "somebody"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "workspace 'rnnlab: imdb' of the project rnnlab: 5 sections",
        "https://wandb.example.org/somebody/rnnlab?nw=1",
    ]


def test_a_refusal_of_wandb_is_one_line(opened, monkeypatch):
    import wandb

    def refuse(layout, entity):
        raise wandb.errors.CommError("project not found\nat some address")

    monkeypatch.setattr(sending, "workspace_of", refuse)
    with pytest.raises(sending.UserError, match=r"W&B refuses the workspace: project not found$"):
        sending.send(layout_of(opened), "somebody")
