"""The model card of an exported folder (Mitchell et al. 2019): purpose, quality and limits."""

from __future__ import annotations

from rnnlab.export.exportable import Exportable
from rnnlab.finished import FinishedRun
from rnnlab.report.names import splits_said
from rnnlab.report.tables import number, render

NEEDS = 'It needs `pip install "rnnlab[runtime]"`: onnxruntime and numpy, no torch.'


def card(run: FinishedRun, folder: str, parts: Exportable, notes: list[str]) -> str:
    """Return the README.md in Markdown."""
    paragraphs = [
        f"# {run.task} with {run.model}",
        parts.what,
        f"```python\n{parts.usage.format(folder=folder)}\n```\n\n{NEEDS}",
        "## Data\n\n" + data(run),
        "## Metrics\n\n" + metrics(run),
        "## Export\n\n" + "\n".join(f"- {note}" for note in notes),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in parts.limits),
    ]
    return "\n\n".join(paragraphs) + "\n"


def size_said(run: FinishedRun) -> str:
    """Return `, 1,234 parameters`, or nothing if the number is not known."""
    parameters = (run.result.get("model") or {}).get("parameters")
    return f", {parameters:,} parameters" if parameters else ""


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
