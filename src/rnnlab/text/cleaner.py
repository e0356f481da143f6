"""Configurable text cleaning: which steps run, and in which mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rnnlab.errors import SettingError, suggest
from rnnlab.text.pieces import Pieces
from rnnlab.text.steps import STEPS


class Cleaner:
    """Cleans raw text for a tokenizer. The steps run in the order of `STEPS`; instances can be pickled.

    Args:
        steps: for each step's name true, false or one of its modes; a step that is not named is off.

    Raises:
        SettingError: an unknown step or mode; the message names the nearest one.
    """

    def __init__(self, steps: Mapping[str, bool | str]) -> None:
        for name, value in steps.items():
            if name not in STEPS:
                raise SettingError(f"text.steps.{name}", value, f"no such step\n{suggest(name, STEPS)}")
        modes = {name: step.mode(name, steps.get(name, False)) for name, step in STEPS.items()}
        self._modes = {name: mode for name, mode in modes.items() if mode is not False}
        self._steps = [(name, STEPS[name].bound(mode)) for name, mode in self._modes.items()]
        testing = [step for name in self._modes if (step := STEPS[name]).touches is not None]
        settling = {place for place, step in enumerate(testing) if step.settles}
        self._pieces = Pieces([step.touches for step in testing if step.touches], settling)
        self._plan = self._planned()

    def _planned(self) -> list[tuple[int, bool, Callable[[str], str]]]:
        """Return each step, its bit of `Pieces` (0 if it looks at every text) and whether it folds case."""
        bit, plan = 1, []
        for name, apply in self._steps:
            looks = STEPS[name].touches is None
            plan.append((0 if looks else bit, STEPS[name].folds, apply))
            bit <<= not looks
        return plan

    def __call__(self, text: str) -> str:
        bits = -1  # bits of the current text; below 0 until a step needs them
        for bit, folds, apply in self._plan:
            if bit and bits < 0:
                bits = self._pieces.bits(text)
            if not bit or bits & bit:
                before, text = text, apply(text)
                if not (folds and before.isascii()) and text != before:
                    bits = -1
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self._modes),)  # without the cached pieces

    def trace(self, text: str) -> list[tuple[str, str]]:
        """Return the name of each active step and the text after it, in the order in which they run."""
        traced = []
        for name, apply in self._steps:
            text = apply(text)
            traced.append((name, text))
        return traced

    def settings(self) -> dict[str, dict[str, bool | str]]:
        """Return the active steps and their modes as plain JSON, equal for two cleaners that do the same."""
        return {"steps": dict(self._modes)}
