"""The layout of a W&B workspace for runs like a given one, as plain values; nothing of W&B is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab.errors import SettingError
from rnnlab.kinds.metric import find_metric
from rnnlab.report.names import bare, tested_prefix

if TYPE_CHECKING:
    from rnnlab.run.folder.open_run import OpenRun

X_AXIS = "trainer/global_step"
TABLES = ("scores", "predictions", "samples")  # that loggers may have shown
FACTS = ("model.encoder.cell", "model.hidden_size", "optimizer.lr", "data.batch_size", "seed")
MOST_AXES = 8  # of parallel coordinates


class Panel(NamedTuple):
    """A panel.

    Attributes:
        form: `lines`, `bars`, `points`, `parallel`, `importance`, `pictures` or `table`.
        names: of what it shows; of `points` x and y.
    """

    form: str
    title: str
    names: tuple[str, ...]


class WorkspaceSection(NamedTuple):
    """A fold of panels."""

    name: str
    panels: tuple[Panel, ...]


class Layout(NamedTuple):
    """A workspace.

    Attributes:
        name: of the view. project: of W&B.
        monitor: the validation metric that chose the checkpoints; lower_is_better: its direction.
        columns: of the table of runs, `config:KEY` and `summary:KEY`.
        group_by: config keys whose equal values make runs one line.
    """

    name: str
    project: str
    monitor: str
    lower_is_better: bool
    columns: tuple[str, ...]
    group_by: tuple[str, ...]
    sections: tuple[WorkspaceSection, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        sections = [
            {"name": one.name, "panels": [panel._asdict() for panel in one.panels]} for one in self.sections
        ]
        return {**self._asdict(), "sections": sections}


def layout_of(run: OpenRun, project: str | None = None, name: str | None = None) -> Layout:
    """Return a layout that compares runs of this run's task.

    Args:
        project: of W&B; None takes the one that the run was logged to, or rnnlab.
        name: of the view; None names it after the task.

    Raises:
        SettingError: the run's config names no metric that it monitors.
    """
    monitor = run.settings["task"].get("monitor")
    if not isinstance(monitor, str):
        raise SettingError("RUN", run.folder.path, "its config.yaml has no task.monitor")
    logged = ((run.settings.get("logger") or {}).get("wandb") or {}).get("project")
    sections = (
        WorkspaceSection("Validation", validation_panels(run, monitor)),
        WorkspaceSection("Test", test_panels(run, monitor)),
        WorkspaceSection("Settings", setting_panels(run, monitor)),
        WorkspaceSection("Pictures", picture_panels(run)),
        WorkspaceSection("Tables", tuple(Panel("table", one, (one,)) for one in TABLES)),
    )
    columns = [*(f"config:{key}" for key in FACTS), f"summary:{monitor}"]
    columns += [f"summary:{metric}" for metric in test_metrics(run, monitor)[:3]]
    metric = find_metric(run.problem.metrics, monitor)
    return Layout(
        name or f"rnnlab: {run.task}",
        project or logged or "rnnlab",
        monitor,
        metric is not None and metric.lower_is_better,
        tuple(columns),
        ("sweep.trial",) if run.result.get("sweep") else (),
        sections,
    )


def validation_panels(run: OpenRun, monitor: str) -> tuple[Panel, ...]:
    """Return curves: the monitored metric, train and validation loss in one chart, rate and speed."""
    return (
        Panel("lines", monitor, (monitor,)),
        Panel("lines", "loss of train and validation", ("train/loss_epoch", "val/loss")),
        Panel("lines", "learning rate", ("lr",)),
        Panel("lines", "tokens a second", ("train/tokens_per_second",)),
    )


def test_metrics(run: OpenRun, monitor: str) -> list[str]:
    """Return the final metrics of the run, the one that is monitored in validation first."""
    prefix = tested_prefix(run.result)
    names = [
        name
        for name in run.metrics
        if name.startswith(prefix)
        and (metric := find_metric(run.problem.metrics, name)) is not None
        and not metric.by
    ]
    return sorted(names, key=lambda name: bare(name) != bare(monitor))


def test_panels(run: OpenRun, monitor: str) -> tuple[Panel, ...]:
    """Return bars of the final metrics, and quality against time."""
    bars = tuple(Panel("bars", name, (name,)) for name in test_metrics(run, monitor)[:4])
    return (*bars, Panel("points", "quality against time", ("Runtime", monitor)))


def setting_panels(run: OpenRun, monitor: str) -> tuple[Panel, ...]:
    """Return how settings go with the monitored metric: those typed for the run, or the usual ones."""
    typed = keys_of(run.result.get("overrides") or (), run.settings)
    axes = (typed or [key for key in FACTS if value_at(run.settings, key) is not None])[:MOST_AXES]
    return (
        Panel("parallel", f"settings and {monitor}", (*axes, monitor)),
        Panel("importance", f"importance for {monitor}", (monitor,)),
    )


def keys_of(overrides: Sequence[Any], settings: Mapping[str, Any]) -> list[str]:
    """Return the keys of overrides that are single values in the config, such as `optimizer.lr`."""
    names = [str(one).partition("=")[0].lstrip("+~") for one in overrides]
    return [
        name for name in dict.fromkeys(names) if not isinstance(value_at(settings, name), dict | list | None)
    ]


def value_at(settings: Mapping[str, Any], key: str) -> Any:
    """Return a value of nested settings by its dotted key; None where there is none."""
    found: Any = settings
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def picture_panels(run: OpenRun) -> tuple[Panel, ...]:
    """Return the pictures that the run left, and its gates where it has some."""
    folder = Path(run.folder.figures)
    names = [f"figures/{path.stem}" for path in sorted(folder.glob("*.png"))]
    gates = ["gates"] if "explain" in run.problem.commands else []
    return (Panel("pictures", "pictures", tuple(names + gates)),) if names or gates else ()
