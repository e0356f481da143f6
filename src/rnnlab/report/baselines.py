"""A run's baselines, as pages and tables show them; read from its result.json."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import Any

from rnnlab.report.limited import part_of
from rnnlab.report.names import bare, tested

SAME = 1e-6  # relative: the network's figures may have the digits of float32
Result = Mapping[str, Any]  # a run's result.json


def baseline_figures(result: Result) -> dict[str, dict[str, float]]:
    """Return the metrics of each baseline that has any, by its name."""
    return {
        name: {k: v for k, v in entry["metrics"].items() if _is_number(v)}
        for name, entry in _entries(result).items()
        if isinstance(entry.get("metrics"), Mapping)
    }


def with_failed_fits(result: Result) -> dict[str, str]:
    """Return a sentence on each baseline some of whose fits failed, by its name."""
    found = {name: failed_fits(name, entry.get("chosen")) for name, entry in _entries(result).items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def headers(result: Result) -> list[str]:
    """Return the columns of `baseline_figures` in a table: names, with an asterisk where some fits failed."""
    return [marked(name, _entries(result)[name].get("chosen")) for name in baseline_figures(result)]


def marked(name: str, chosen: object) -> str:
    """Return a baseline's name, with an asterisk if some of its fits failed."""
    return f"{name} *" if failed_fits(name, chosen) else name


def of_whole_split(result: Result, split: str) -> dict[str, dict[str, float]]:
    """Return `baseline_figures`, by metrics without their split, if this split was tested whole."""
    if split != tested(result) or part_of(result, split):
        return {}
    figures = baseline_figures(result).items()
    return {name: {bare(metric): value for metric, value in own.items()} for name, own in figures}


def left_out(result: Result) -> list[str]:
    """Return sentences on baselines that were left out, with the reason, and on those with failed fits."""
    lines = []
    for name, entry in _entries(result).items():
        reason, failed = entry.get("left_out"), failed_fits(name, entry.get("chosen"))
        lines += [f"{name} left out: {reason}"] if isinstance(reason, str) else []
        lines += [failed] if failed else []
    return lines


def failed_fits(name: str, chosen: object) -> str:
    """Return a sentence on a baseline that is fitted many times, if some fits failed; else "".

    Args:
        chosen: what it chose, with `fits` and `failed_fits`.
    """
    counts = chosen if isinstance(chosen, Mapping) else {}
    failed, fits = counts.get("failed_fits"), counts.get("fits")
    if not isinstance(failed, int) or not isinstance(fits, int) or not failed:
        return ""
    return f"{name} *: {failed:,} of {fits:,} fits failed, whose windows do not count in its figures"


def verdicts(result: Result) -> list[str]:
    """Return lines such as `worse than linear n-grams: macro recall 0.5700 against 0.5800`, one for each
    baseline that the network does not beat in their common metric."""
    return [line for line in (_verdict(result, name) for name in baseline_figures(result)) if line]


def _verdict(result: Result, name: str) -> str:
    metric = str(_entries(result)[name].get("judged_by"))
    own, other = (result.get("metrics") or {}).get(metric), baseline_figures(result)[name].get(metric)
    if own is None or other is None:
        return ""
    if isclose(own, other, rel_tol=SAME):
        return f"no better than {name}: {said(metric)} {_pair(own, own)}"
    gain = other - own if _entries(result)[name].get("lower_is_better") else own - other
    name = marked(name, _entries(result)[name].get("chosen"))
    return f"worse than {name}: {said(metric)} {_pair(own, other)}" if gain < 0 else ""


def said(metric: str) -> str:
    """Name a metric for people: `test/nats_windows` becomes `nats a token (windows)`."""
    kind, _, protocol = bare(metric).partition("_")
    if kind in ("nats", "bits"):
        return f"{kind} a token ({protocol})"
    return f"{kind} ({protocol})" if kind == "perplexity" else bare(metric).replace("_", " ")


def _pair(own: float, other: float) -> str:
    """Format both numbers, with enough decimals to show a difference."""
    for decimals in (4, 6, 9):
        shown = [f"{value:,.{decimals}f}" for value in (own, other)]
        if own == other or shown[0] != shown[1]:
            break
    return " against ".join(shown)


def _entries(result: Result) -> dict[str, Mapping[str, Any]]:
    found = result.get("baselines")
    items = found.items() if isinstance(found, Mapping) else ()
    return {str(name): entry for name, entry in items if isinstance(entry, Mapping)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
