"""One quantity in several units: a chart of each, and radio buttons that choose which is shown."""

from __future__ import annotations

from collections.abc import Mapping

from rnnlab.report.page.markup import text

MOST = 4  # units that page.css can choose from


def choice(legend: str, charts: Mapping[str, str]) -> str:
    """Return the charts with a button for each; the first is chosen, and paper shows all.

    No script is needed: the style sheet hides the charts whose button is not pressed.

    Args:
        legend: plain text before the buttons.
        charts: plain name to markup, a `figure` of each; those after the fourth are left out.
    """
    shown = dict(list(charts.items())[:MOST])
    if len(shown) < 2:
        return "".join(shown.values())
    buttons = "".join(
        f'<label><input type="radio" name="unit"{" checked" * (index == 0)}>{text(name)}</label>'
        for index, name in enumerate(shown)
    )
    buttons = f"<fieldset><legend>{text(legend)}</legend>{buttons}</fieldset>"
    # a form of its own keeps the buttons of other charts out of this choice; "dialog" is never sent anywhere
    return f'<form class="choice" method="dialog">{buttons}{"".join(shown.values())}</form>'
