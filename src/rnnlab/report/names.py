"""Parts of a metric's name: its split, its label, its class, and whether lower is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LOWER_IS_BETTER = ("loss", "ece", "nats", "bits", "perplexity")
PER_CLASS = ("precision", "recall", "f1")
UNITS = ("nats", "bits", "perplexity")  # the same quantity, so one chart with a choice


def split_of(name: str) -> str:
    """Return the split of a name: `val` of `val/accuracy`; empty without one, as for `lr`."""
    return name.split("/", 1)[0] if "/" in name else ""


def tested(result: Mapping[str, Any]) -> str:
    """Return the split of a run's final metrics, from its result.json: `test`, or `validation` if there is
    no test split.
    """
    data = result.get("data")
    return "validation" if isinstance(data, Mapping) and data.get("tested") == "validation" else "test"


def splits_said(data: Mapping[str, Any]) -> str:
    """Describe a run's splits, from `data` of its result.json: official, held out of train, or as given."""
    if data.get("official") is not None:
        return "official splits" if data["official"] else "not the official splits"
    found = data.get("held_out")
    names = found if isinstance(found, list | tuple) else ()
    held = [name for name in names if name in ("validation", tested({"data": data}))]
    return f"{' and '.join(held)} held out of train" if held else "splits as given"


def tested_prefix(result: Mapping[str, Any]) -> str:
    """Return the prefix of a run's final metrics: `test/`, or `val/` if there is no test split."""
    return "val/" if tested(result) == "validation" else "test/"


def bare(name: str) -> str:
    """Return the name without its split: `accuracy` of `val/accuracy`."""
    return name.split("/", 1)[-1]


def label(name: str) -> str:
    """Return a readable name: `macro recall` of `val/macro_recall`, `loss` of `train/loss_epoch`."""
    return bare(name).removesuffix("_epoch").replace("_", " ")


def of_epoch(name: str) -> bool:
    """Return whether it is a mean over an epoch whose steps are logged too, such as `train/loss_epoch`."""
    return bare(name).endswith("_epoch")


def lower_is_better(name: str, facts: Sequence[Any] = ()) -> bool:
    """Return the direction of a metric.

    Args:
        facts: `metric_facts` of the run's result.json, which its kind has declared. For a metric that is not
            among them, or of an older run, the name decides: losses and metrics computed from them.
    """
    known = fact_of(name, facts).get("lower_is_better")
    return known if isinstance(known, bool) else bare(name).split("_")[0] in LOWER_IS_BETTER


def fact_of(name: str, facts: Sequence[Any]) -> Mapping[str, Any]:
    """Return what a kind has declared of a metric, by a name such as `val/loss`; empty for an unknown one."""
    own = bare(name).removesuffix("_epoch")
    listed = [fact for fact in facts if isinstance(fact, Mapping) and fact.get("name")]
    whole = [fact for fact in listed if not fact.get("by") and fact["name"] == own]
    parts = [fact for fact in listed if fact.get("by") and own.startswith(f"{fact['name']}_")]
    return max(whole or parts, key=lambda fact: len(str(fact["name"])), default={})


def declared(result: Mapping[str, Any]) -> list[str]:
    """Return the names of the metrics of a whole split that a run's kind has declared."""
    facts = [fact for fact in result.get("metric_facts") or () if isinstance(fact, Mapping)]
    return [str(fact["name"]) for fact in facts if fact.get("name") and not fact.get("by")]


def unit_part(name: str) -> tuple[str, str] | None:
    """Return (`bits`, `windows`) of `val/bits_windows`; None for a metric that has no other unit."""
    unit, _, rest = bare(name).removesuffix("_epoch").partition("_")
    return (unit, rest) if unit in UNITS and rest else None


def class_part(name: str) -> tuple[str, str] | None:
    """Return (`recall`, `positive`) of `val/recall_positive`; None for a metric over all classes."""
    kind, _, rest = bare(name).partition("_")
    return (kind, rest) if kind in PER_CLASS and rest else None
