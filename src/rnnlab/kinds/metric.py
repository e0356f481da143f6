"""Declaration of a kind's metrics, so that nothing is inferred from a metric's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Metric(NamedTuple):
    """One metric; its values are logged as `SPLIT/NAME`.

    Attributes:
        name: without its split, such as `macro_recall`.
        lower_is_better: its direction.
        unit: such as `nats`; empty for a fraction or a count.
        decimals: digits after the point in tables.
        interval: whether `rnnlab evaluate` and the report give it a bootstrap interval.
        splits: where it is measured, of train, val and test; what has `train` or `val` can be monitored.
        by: what it is measured for each of (`class`, `style`), as `NAME_PART`; empty for the whole split.
    """

    name: str
    lower_is_better: bool = False
    unit: str = ""
    decimals: int = 4
    interval: bool = False
    splits: tuple[str, ...] = ("val", "test")
    by: str = ""

    @property
    def monitored(self) -> tuple[str, ...]:
        """Names under which a training logs it, such as `val/accuracy`."""
        return tuple(f"{split}/{self.name}" for split in ("train", "val") if split in self.splits)


def find_metric(metrics: Iterable[Metric], name: str) -> Metric | None:
    """Return the metric of a logged name such as `val/loss`, `train/loss_epoch` or `test/recall_positive`.

    The longest name that fits wins; None where none does.
    """
    bare = name.split("/", 1)[-1].removesuffix("_epoch")
    whole = [metric for metric in metrics if not metric.by and metric.name == bare]
    parts = [metric for metric in metrics if metric.by and bare.startswith(f"{metric.name}_")]
    return max(whole or parts, key=lambda metric: len(metric.name), default=None)


def to_json(metrics: Iterable[Metric]) -> list[dict[str, Any]]:
    """Return plain values, as result.json stores them under `metric_facts`."""
    return [{**metric._asdict(), "splits": list(metric.splits)} for metric in metrics]


def from_json(facts: Iterable[Any]) -> tuple[Metric, ...]:
    """Return the metrics of a result.json; entries of another form are left out."""
    found = []
    for fields in facts:
        if not isinstance(fields, Mapping):
            continue
        known = {key: value for key, value in fields.items() if key in Metric._fields}
        known["splits"] = tuple(known.get("splits") or ())
        if "name" in known and all(isinstance(value, TYPES[key]) for key, value in known.items()):
            found.append(Metric(**known))
    return tuple(found)


TYPES = {name: type(default) for name, default in Metric("")._asdict().items()}
