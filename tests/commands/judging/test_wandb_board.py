"""Ratings go to W&B as a table."""

from __future__ import annotations

import json

from rnnlab.commands.judging.wandb_board import log_board
from rnnlab.serve.rating.results import Row, Summary


def test_ratings_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    row = Row("real text", 3.5, 4, 0.875, 0.4, 0.99, 1.2, 0.1, 2.0)
    log_board([], tmp_path, Summary((row,), None, (row,), None, {"Ada": 4}, 4))
    (table,) = (tmp_path / "wandb").glob("offline-run-*/files/media/table/ratings_*.json")
    found = json.loads(table.read_text())
    assert found["columns"][:4] == ["question", "name", "wins", "comparisons"]
    assert [line[0] for line in found["data"]] == ["better", "real"]
