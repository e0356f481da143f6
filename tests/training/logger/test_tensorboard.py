"""TensorBoard, where it is installed and where not."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from rnnlab.training.logger import tensorboard as ours
from rnnlab.training.logger.media import log_config, log_figure, log_text


def test_metrics_figures_and_texts_lie_in_the_run_folder(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logger = ours.tensorboard_logger(tmp_path)
    log_config([logger], {"model": {"hidden_size": 8}})
    logger.log_metrics({"val/loss": 0.5, "epoch": 0}, 7)
    picture = tmp_path / "loss.png"
    Figure(figsize=(1, 1)).savefig(picture)
    log_figure([logger], "figures/loss", picture, 7)
    log_text([logger], "samples", "to be\nor not", 7)
    logger.finalize("success")
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [(e.step, e.value) for e in events.Scalars("val/loss")] == [(7, 0.5)]
    assert "figures/loss" in events.Tags()["images"]
    assert "samples/text_summary" in events.Tags()["tensors"]


def test_where_it_is_missing_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'rnnlab\[tensorboard\]'"):
        ours.tensorboard_logger(tmp_path)
