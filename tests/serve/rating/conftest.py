"""A set of comparisons of known texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnlab.serve.rating.answers import Results, create
from rnnlab.serve.rating.plan import REAL, Model, Plan, Settings, compare, needed


@pytest.fixture
def plan() -> Plan:
    """Twelve comparisons of two models and real text, each passage named after its source."""
    settings, models = Settings(12, 40, 0.8, 1), (Model("a", "1" * 16), Model("b", "2" * 16))
    counts = needed(["a", "b", REAL], settings)
    marks = {"a": "alpha", "b": "beta", REAL: "omega"}
    texts = {name: [f"{marks[name]} {place}" for place in range(count)] for name, count in counts.items()}
    return Plan(models, settings, "Which is real?", compare(texts, settings))


@pytest.fixture
def results(plan: Plan, tmp_path: Path) -> Iterator[Results]:
    """An open file of these comparisons without an answer."""
    create(tmp_path / "ratings.jsonl", plan)
    opened = Results(tmp_path / "ratings.jsonl")
    yield opened
    opened.close()
