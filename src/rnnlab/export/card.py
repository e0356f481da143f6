"""The model card of an exported folder (Mitchell et al. 2019): what it is, how good, and where it ends."""

from __future__ import annotations

from typing import Any

from rnnlab.finished import FinishedRun
from rnnlab.report.names import splits_said
from rnnlab.report.tables import number, render

RUN_CLASSIFIER = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model.predict("a text")           # Prediction(label=..., probability=..., probabilities={{...}})
model.predict_batch(["one", "two"])"""
RUN_WRITER = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model.generate("A prompt", length=200, temperature=0.8, seed=1)"""


NEEDS = 'It needs `pip install "rnnlab[runtime]"`: onnxruntime and numpy, no torch.'


def card(run: FinishedRun, folder: str, settings: dict[str, Any], notes: list[str]) -> str:
    """README.md in Markdown."""
    code = (RUN_CLASSIFIER if run.classes else RUN_WRITER).format(folder=folder)
    parts = [
        f"# {run.task} with {run.model}",
        what(run, settings),
        f"```python\n{code}\n```\n\n{NEEDS}",
        "## Data\n\n" + data(run),
        "## Metrics\n\n" + metrics(run),
        "## Export\n\n" + "\n".join(f"- {note}" for note in notes),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in limits(run)),
    ]
    return "\n\n".join(parts) + "\n"


def what(run: FinishedRun, settings: dict[str, Any]) -> str:
    parameters = (run.result.get("model") or {}).get("parameters")
    size = f", {parameters:,} parameters" if parameters else ""
    if run.classes:
        return f"A recurrent classifier of texts into {', '.join(run.classes)}{size}."
    return (
        f"A recurrent language model over {settings['vocabulary']:,} tokens{size}; `model.onnx` is one step."
    )


def data(run: FinishedRun) -> str:
    found = run.result.get("data") or {}
    rows = ", ".join(f"{split} {count:,}" for split, count in (found.get("rows") or {}).items())
    official = splits_said(found)
    name, source = found.get("name", "unknown"), found.get("source", "unknown")
    fingerprint = str(found.get("fingerprint", "unknown"))[:16]
    return f"{name} from {source}, {official} ({rows}); fingerprint {fingerprint}."


def metrics(run: FinishedRun) -> str:
    shown = {k: v for k, v in run.metrics.items() if k.startswith(("val/", "test/")) or k == "temperature"}
    if not shown:
        return "None were measured."
    commit = (run.result.get("git") or {}).get("commit", "unknown")
    device = run.result.get("device", "unknown device")
    where = f"Seed {run.result.get('seed')}, commit {str(commit)[:12]}, {device}."
    return (
        render(["metric", "value"], [[name, number(value)] for name, value in shown.items()]) + f"\n\n{where}"
    )


def limits(run: FinishedRun) -> list[str]:
    """What a reader has to know before relying on it."""
    found = ["It knows the language and the time of its training texts alone, with their prejudices."]
    if not run.classes:
        return [*found, "What it writes is made up, and may repeat its training text."]
    found.append(f"It reads {run.shape.max_length} tokens of a text ({run.shape.truncation}), not the rest.")
    found.append(
        "A text of another kind or language still gets a class; low probabilities are no sure sign of it."
    )
    if run.temperature != 1:
        found.append(
            f"Probabilities are calibrated on validation (temperature {run.temperature:.3f}), for like texts."
        )
    if run.result.get("ngrams"):
        found.append("It is the network alone: the run's blend with n-grams is not in it.")
    return found
