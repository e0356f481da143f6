"""All results for one text: scores, gates and units, for display and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab.errors import SettingError, UserError
from rnnlab.explain.attribution import explain_text
from rnnlab.explain.explainer import STEPS
from rnnlab.explain.explanation import Explanation, Reading
from rnnlab.explain.sheet import Sheet, Strip, grid_of, heading, strips_of

if TYPE_CHECKING:
    from rnnlab.explain.units import Selective
    from rnnlab.finished import FinishedRun

INSIDE = ("gates", "units")
WEAKEST = 0.1  # least correlation of a unit to show


class Look(NamedTuple):
    """The results for one text.

    Attributes:
        explanations: one a method. gates: strips, one a gate and layer.
        units: the most selective ones, and their strips over the text; notes: what is missing, and why.
    """

    run: FinishedRun
    reading: Reading
    explanations: list[Explanation]
    gates: list[Strip]
    units: list[tuple[Selective, Strip]]
    notes: list[str]

    def sheet(self) -> Sheet:
        """Return all results as one sheet."""
        strips = [strip for one in self.explanations for strip in strips_of(one)]
        strips += [*self.gates, *(strip for _, strip in self.units)]
        notes = list(self.notes)
        if self.reading.left_out:
            notes.insert(0, f"{self.reading.left_out:,} more tokens are not read")
        title = heading(self.explanations[0]) if self.explanations else ""
        grids = [grid for one in self.explanations if (grid := grid_of(one)) is not None]
        read = self.reading
        return Sheet(title, read.text, read.tokens, read.spans, strips, notes, grids)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        units = [
            {**one._asdict(), "unit": one.unit._asdict(), "values": list(strip.values)}
            for one, strip in self.units
        ]
        reading = self.reading._asdict()
        return {
            "run": str(self.run.folder.path),
            **{name: reading[name] for name in ("text", "tokens", "spans", "left_out")},
            "explanations": [one.to_json() for one in self.explanations],
            "gates": [{"name": strip.name, "values": list(strip.values)} for strip in self.gates],
            "units": units,
            "notes": self.notes,
        }


def look(
    run: FinishedRun,
    text: str,
    method: str = "auto",
    target: str | None = None,
    steps: int = STEPS,
    file: Path | None = None,
) -> Look:
    """Explain `text` by `method`: one of `explain_text`, gates, units, or all that the network supports.

    Args:
        target, steps: as in `explain_text`. file: text to find units on; see `corpus_of`.

    Raises:
        SettingError: as in `explain_text` and `corpus_of`; gates or units of a network that reads sentences
            separately or a text backward.
    """
    from rnnlab.explain.trace import traceable

    explainer = run.explainer
    inside = INSIDE if explainer.inside and traceable(run.network) else ()
    if method in INSIDE and method not in inside:
        rule = "is for networks that read a whole text from its start; this one has "
        raise SettingError("--method", method, rule + ", ".join(explainer.methods))
    asked = {"all": explainer.methods, **dict.fromkeys(INSIDE, ())}.get(method, (method,))
    explanations = [explain_text(run, text, one, target, steps) for one in asked]
    found = Look(run, explainer.reading(text), explanations, [], [], [])
    if method == "all" and not inside:
        found.notes.append("no gates and units: the network does not read a whole text from its start")
    if method in ("gates", "all") and inside:
        from rnnlab.explain.inside import gate_strips

        found.gates.extend(gate_strips(run, found.reading.ids))
    if method in ("units", "all") and inside:
        try:
            found.units.extend(_units(run, found.reading.ids, file))
        except UserError as error:
            if method != "all":
                raise
            found.notes.append(f"no units: {error}")
    return found


def _units(run: FinishedRun, ids: list[int], file: Path | None) -> list[tuple[Selective, Strip]]:
    from rnnlab.explain.corpus import corpus_of
    from rnnlab.explain.inside import unit_strips
    from rnnlab.explain.units import selective_units

    corpus = corpus_of(run, file)
    found = selective_units(run.network, corpus.texts, corpus.facts)
    chosen = [one for one in found if abs(one.correlation) >= WEAKEST]
    return list(zip(chosen, unit_strips(run, ids, chosen), strict=True))
