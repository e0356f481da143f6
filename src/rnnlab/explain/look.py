"""All results for one text: scores, gates and units, for display and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab.errors import SettingError, UserError
from rnnlab.explain.attribution import explain_text
from rnnlab.explain.explainer import STEPS
from rnnlab.explain.explanation import Explanation, Reading
from rnnlab.explain.sheet import Sheet, Strip, grid_of, grid_of_classes, heading, strips_of
from rnnlab.explain.unit_map import UnitMap

if TYPE_CHECKING:
    from rnnlab.explain.units import Selective
    from rnnlab.finished import FinishedRun

INSIDE = ("gates", "units")
ALL = "all"  # as the class to explain: every one
MOST_CLASSES = 12  # that are explained at once: the most probable
WEAKEST = 0.1  # least correlation of a unit to show


class Look(NamedTuple):
    """The results for one text.

    Attributes:
        explanations: one a method, or one a method and class. gates: strips, one a gate and layer.
        units: the most selective ones, and their strips over the text; notes: what is missing, and why.
        maps: of every unit's gates. answers: all classes with their probabilities, the highest first.
    """

    run: FinishedRun
    reading: Reading
    explanations: list[Explanation]
    gates: list[Strip]
    units: list[tuple[Selective, Strip]]
    notes: list[str]
    maps: list[UnitMap]
    answers: list[tuple[str, float]]

    def sheet(self) -> Sheet:
        """Return all results as one sheet."""
        methods = dict.fromkeys(one.method for one in self.explanations)
        several = [[one for one in self.explanations if one.method == method] for method in methods]
        strips = [strip for group in several if len(group) == 1 for strip in strips_of(group[0])]
        strips += [*self.gates, *(strip for _, strip in self.units)]
        notes = list(self.notes)
        if self.reading.left_out:
            notes.insert(0, f"{self.reading.left_out:,} more tokens are not read")
        title = heading(self.explanations[0]) if self.explanations else ""
        found = [grid_of_classes(group) if len(group) > 1 else grid_of(group[0]) for group in several]
        grids, read = [grid for grid in found if grid is not None], self.reading
        texts = (title, read.text, read.tokens, read.spans)
        return Sheet(*texts, strips, notes, grids, self.maps, self.answers)

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
            "answers": dict(self.answers),
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
        target, steps: as in `explain_text`; target "all" explains every class that the run's answers name.
        file: text to find units on; see `corpus_of`.

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
    reading = explainer.reading(text)
    answers = sorted(explainer.class_probabilities(reading), key=lambda answer: -answer[1])
    targets = [name for name, _ in answers[:MOST_CLASSES]] if target == ALL and answers else [target]
    asked = {"all": explainer.methods, **dict.fromkeys(INSIDE, ())}.get(method, (method,))
    explanations = [one for name in asked for one in _explanations(run, text, name, targets, steps)]
    found = Look(run, reading, explanations, [], [], [], [], answers)
    if method == "all" and not inside:
        found.notes.append("no gates and units: the network does not read a whole text from its start")
    if method in ("gates", "all") and inside:
        _add_gates(found)
    if method in ("units", "all") and inside:
        try:
            found.units.extend(_units(run, found.reading.ids, file))
        except UserError as error:
            if method != "all":
                raise
            found.notes.append(f"no units: {error}")
    return found


def _explanations(
    run: FinishedRun, text: str, method: str, targets: list[str | None], steps: int
) -> list[Explanation]:
    """Explain the text by one method: once for each class, or once where no class changes the scores."""
    explainer = run.explainer
    name = explainer.methods[0] if method == "auto" else method
    own = targets if name in explainer.by_class else targets[:1]
    return [explain_text(run, text, name, target, steps) for target in own]


def _add_gates(found: Look) -> None:
    from rnnlab.explain.inside import gates_of

    strips, maps = gates_of(found.run, found.reading.ids)
    found.gates.extend(strips)
    found.maps.extend(maps)
    if not maps:
        found.notes.append("no gates: the equations of this network's cell are not taken apart here")


def _units(run: FinishedRun, ids: list[int], file: Path | None) -> list[tuple[Selective, Strip]]:
    from rnnlab.explain.corpus import corpus_of
    from rnnlab.explain.inside import unit_strips
    from rnnlab.explain.units import selective_units

    corpus = corpus_of(run, file)
    found = selective_units(run.network, corpus.texts, corpus.facts)
    chosen = [one for one in found if abs(one.correlation) >= WEAKEST]
    return list(zip(chosen, unit_strips(run, ids, chosen), strict=True))
