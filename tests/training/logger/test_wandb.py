"""Weights & Biases: the choice of mode without a network, and real offline runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import wandb

from rnnlab.training.logger import wandb as ours
from rnnlab.training.logger.media import (
    log_checkpoints,
    log_config,
    log_figure,
    log_summary,
    log_table,
    log_text,
)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = (
        "WANDB_SERVICE"  # wandb's own: given back after a test that ends the service, it would lead nowhere
    )
    for name in [name for name in os.environ if name.startswith("WANDB_") and name != kept]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


@pytest.mark.parametrize(
    ("wanted", "mode"),
    [("online", "online"), ("offline", "offline"), ("dryrun", "offline"), ("disabled", "disabled")],
)
def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, wanted: str, mode: str) -> None:
    monkeypatch.setenv("WANDB_MODE", wanted)
    assert ours.choose_mode(True) == ours.choose_mode(False) == ours.choose_mode("auto") == mode


def test_without_a_key_nobody_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*where: Any) -> bool:
        raise AssertionError("asked")

    monkeypatch.setattr(ours, "is_reachable", fail)
    assert ours.choose_mode() == "offline"
    assert ours.choose_mode(False) == "online"


@pytest.mark.parametrize("place", ["environment", "netrc"])
@pytest.mark.parametrize("reachable", [True, False])
def test_with_a_key_the_network_decides(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str, reachable: bool
) -> None:
    if place == "environment":
        monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    else:
        (tmp_path / "netrc").write_text("machine wandb.example.org login user password secret\n")
    monkeypatch.setenv("WANDB_BASE_URL", "https://wandb.example.org")
    asked = []
    monkeypatch.setattr(ours, "is_reachable", lambda *where: asked.append(where) or reachable)
    assert ours.choose_mode() == ("online" if reachable else "offline")
    assert asked == [("wandb.example.org", 443)]


def test_a_host_that_does_not_answer_is_given_up_within_three_seconds() -> None:
    start = time.perf_counter()
    assert not ours.is_reachable("192.0.2.1", 443)  # an address that nobody has (RFC 5737)
    assert time.perf_counter() - start < 4


def start(folder: Path) -> Any:
    return ours.wandb_logger("trial", "imdb", "train", ["a", "b"], folder)


def test_two_jobs_in_a_process_make_two_runs_and_a_resumed_one_keeps_its_id(tmp_path: Path) -> None:
    ids = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        logger = start(folder)
        log_config([logger], {"model": {"hidden_size": 8}, "seed": 1})
        logger.log_metrics({"train/loss": 0.5}, 10)
        run = logger.experiment
        assert run.settings._offline
        assert (run.group, run.job_type, run.tags, run.project) == ("imdb", "train", ("a", "b"), "trial")
        assert run.config["model"]["hidden_size"] == 8
        log_text([logger], "samples", "to be\nor not", 10)
        log_summary([logger], {"test/accuracy": 0.75})
        assert run.summary["test/accuracy"] == 0.75
        ours.finish()
        ids.append((folder / "wandb_id").read_text().strip())
        assert run.id == ids[-1]
        assert len(list((folder / "wandb").glob(f"offline-run-*-{ids[-1]}/run-{ids[-1]}.wandb"))) == 1
    assert ids[0] != ids[1]
    again = start(tmp_path / "one")
    assert again.version == ids[0]


def test_nothing_is_finished_where_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    import wandb

    monkeypatch.setattr(wandb, "finish", lambda: pytest.fail("there is no run to finish"))
    ours.finish()
    assert wandb.run is None


def test_an_id_that_is_given_is_kept_in_the_folder(tmp_path: Path) -> None:
    assert ours.run_id(tmp_path, "abc") == "abc" == ours.run_id(tmp_path)


def test_the_id_of_an_agent_is_taken_and_outlives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_RUN_ID", "agents")
    assert ours.run_id(tmp_path) == "agents"
    monkeypatch.delenv("WANDB_RUN_ID")
    assert ours.run_id(tmp_path) == "agents"


def test_figures_and_texts_leave_other_loggers_alone(tmp_path: Path) -> None:
    from rnnlab.training.logger.csv import CSVLogger

    logger = CSVLogger(tmp_path)
    log_figure([logger], "figures/loss", tmp_path / "none.png", 1)
    log_text([logger], "samples", "text", 1)
    log_config([logger], {"seed": 1})
    log_summary([logger], {"test/accuracy": 1.0})
    assert not (tmp_path / "metrics.csv").exists()


def test_predictions_and_checkpoints_go_to_wandb(tmp_path: Path) -> None:
    (tmp_path / "best.ckpt").write_bytes(b"weights")
    logger = ours.wandb_logger("trial", "imdb", "train", [], tmp_path / "run", checkpoints=True)
    log_table([logger], "predictions", lambda: (["label", "predicted"], [["a", "a"]]), 10)
    log_checkpoints([logger], [tmp_path / "best.ckpt", tmp_path / "none.ckpt"])
    identity = logger.experiment.id
    ours.finish()
    wandb.teardown()  # an offline run's file is whole when the process that writes it has ended
    written = next((tmp_path / "run" / "wandb").glob(f"offline-run-*/run-{identity}.wandb")).read_bytes()
    assert b"checkpoints-" + identity.encode() in written
    assert b"predictions" in written


def read_by_wandb(folder: Path) -> str:
    """An offline run's records as text, by the reader that W&B brings."""
    command = [sys.executable, "-m", "wandb", "leet", "inspect", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_wandbs_own_reader_finds_everything_in_an_offline_run(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    Figure(figsize=(1, 1)).savefig(tmp_path / "gates.png")
    logger = ours.wandb_logger("trial", "a sweep", "train", ["sweep", "trial 3"], tmp_path / "run", name="7")
    sweep = {"name": "a sweep", "number": 7, "trial": 3}
    log_config([logger], {"model": {"hidden_size": 8}, "seed": 1, "sweep": sweep})
    logger.log_metrics({"val/accuracy": 0.5}, 10)
    log_figure([logger], "gates", tmp_path / "gates.png", 10)
    log_text([logger], "samples", "to be\nor not", 10)
    log_table([logger], "scores", lambda: (["model", "score", "value"], [["network", "accuracy", 0.75]]), 10)
    log_summary([logger], {"test/accuracy": 0.75})
    identity = logger.experiment.id
    ours.finish()
    wandb.teardown()
    (folder,) = (tmp_path / "run" / "wandb").glob(f"offline-run-*-{identity}")
    text = read_by_wandb(folder)
    for part in ("trial", "a sweep", "trial 3", "hidden_size", "val/accuracy", "test/accuracy", identity):
        assert part in text
    for name in ("gates", "samples", "scores"):
        assert "media/" in text
        assert name in text
    kinds = {path.relative_to(folder).parts[2] for path in folder.rglob("media/*/*") if path.is_file()}
    assert kinds == {"images", "table"}


@pytest.mark.parametrize("content", ["../../evil", "..", "", "x" * 200, "a\nb: c", "\x00"])
def test_a_folder_s_id_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "wandb_id").write_text(content)
    with pytest.raises(ValueError, match=r"wandb_id must hold a W&B run's id"):
        ours.run_id(tmp_path)
