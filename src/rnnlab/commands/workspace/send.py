"""Makes a layout a workspace of W&B, by its package wandb-workspaces."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from rnnlab.commands.workspace.layout import X_AXIS, Layout, Panel
from rnnlab.errors import UserError

if TYPE_CHECKING:
    from wandb_workspaces.workspaces import Workspace

COLUMNS = 3  # of panels next to each other
INSTALL = "wandb-workspaces is not installed\npip install 'rnnlab[wandb]'"


def check_reach() -> None:
    """Check that W&B can be asked, before anything is built.

    Raises:
        UserError: there is no key, its host does not answer, or the package is not installed.
    """
    from rnnlab.training.logger.wandb import has_key, is_reachable

    address = urlparse(os.environ.get("WANDB_BASE_URL", "https://api.wandb.ai"))
    host = address.hostname or "api.wandb.ai"
    if not is_installed():
        raise UserError(INSTALL)
    if not has_key(host):
        raise UserError(f"W&B has no key for {host}: set WANDB_API_KEY, or type wandb login")
    if not is_reachable(host, address.port or (80 if address.scheme == "http" else 443)):
        raise UserError(f"W&B does not answer at {host}; --json prints the layout without it")


def is_installed() -> bool:
    return find_spec("wandb_workspaces") is not None


def send(layout: Layout, entity: str | None) -> str:
    """Save a layout as a view of its project, and return its address.

    Args:
        entity: a user or a team; None takes the key's own.

    Raises:
        UserError: W&B refuses it.
    """
    import wandb

    try:
        owner = entity or wandb.Api().default_entity
        if not owner:
            raise UserError("the key belongs to no user or team: name one with --entity")
        return str(workspace_of(layout, owner).save().url)
    except UserError:
        raise
    except (wandb.errors.Error, ValueError) as error:  # such as a project that does not exist
        raise UserError(f"W&B refuses the workspace: {str(error).partition(chr(10))[0]}") from error


def workspace_of(layout: Layout, entity: str) -> Workspace:
    """Return a layout as an object of wandb-workspaces, which is not sent."""
    import wandb_workspaces.workspaces as ws
    from wandb_workspaces import expr

    sections = [
        ws.Section(
            name=one.name,
            panels=[panel_of(panel) for panel in one.panels],
            is_open=True,
            layout_settings=ws.SectionLayoutSettings(columns=COLUMNS, rows=2),
        )
        for one in layout.sections
        if one.panels
    ]
    order = expr.Ordering(expr.Summary(layout.monitor), ascending=layout.lower_is_better)
    return ws.Workspace(
        entity=entity,
        project=layout.project,
        name=layout.name,
        sections=sections,
        settings=ws.WorkspaceSettings(x_axis=X_AXIS, smoothing_type="none", max_runs=100),
        runset_settings=ws.RunsetSettings(
            filters="State = 'finished'",
            groupby=[expr.Config(key) for key in layout.group_by],
            order=[order],
            pinned_columns=[*layout.columns],
        ),
    )


def panel_of(panel: Panel) -> Any:
    """Return a panel as an object of wandb-workspaces."""
    return MAKERS[panel.form](panel)


def _lines(panel: Panel) -> Any:
    from wandb_workspaces.reports import v2 as wr

    return wr.LinePlot(title=panel.title, x=X_AXIS, y=[*panel.names], groupby_rangefunc="stderr")


def _bars(panel: Panel) -> Any:
    from wandb_workspaces.reports import v2 as wr

    return wr.BarPlot(title=panel.title, metrics=[*panel.names], groupby_rangefunc="stderr")


def _points(panel: Panel) -> Any:
    from wandb_workspaces.reports import v2 as wr

    x, y = panel.names
    return wr.ScatterPlot(
        title=panel.title, x=wr.SummaryMetric("_runtime" if x == "Runtime" else x), y=wr.SummaryMetric(y)
    )


def _parallel(panel: Panel) -> Any:
    from wandb_workspaces.reports import v2 as wr

    *settings, metric = panel.names
    axes: list[Any] = [*(wr.Config(key) for key in settings), wr.SummaryMetric(metric)]
    columns = [wr.ParallelCoordinatesPlotColumn(axis) for axis in axes]
    return wr.ParallelCoordinatesPlot(title=panel.title, columns=columns)


def _importance(panel: Panel) -> Any:
    from wandb_workspaces.reports import v2 as wr

    return wr.ParameterImportancePlot(with_respect_to=panel.names[0])


def _pictures(panel: Panel) -> Any:
    from wandb_workspaces.reports import v2 as wr

    return wr.MediaBrowser(title=panel.title, media_keys=[*panel.names], num_columns=2)


def _table(panel: Panel) -> Any:
    from wandb_workspaces.reports import v2 as wr

    return wr.WeavePanelSummaryTable(table_name=panel.names[0])


MAKERS: Mapping[str, Callable[[Panel], Any]] = {
    "lines": _lines,
    "bars": _bars,
    "points": _points,
    "parallel": _parallel,
    "importance": _importance,
    "pictures": _pictures,
    "table": _table,
}
