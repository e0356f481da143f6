"""The judged texts: the runs' continuations of held-out prompts, and the true continuations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.run.folder.open_run import OpenRun

PROMPT = 200  # characters that a model reads before it writes


@dataclass
class Entry:
    """One row of the board: texts of one source.

    Attributes:
        name: name of the source; run: its folder's name, empty for held-out texts.
        temperature: sampling temperature of a model; None for held-out texts.
        texts: (N,) without their prompts.
        measured: results by the measure's name.
    """

    name: str
    texts: list[str]
    run: str = ""
    temperature: float | None = None
    measured: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Material:
    """training, held_out: the run's own texts; starts: positions in the held-out text where texts begin."""

    training: str
    held_out: str
    starts: tuple[int, ...]
    length: int

    @property
    def prompts(self) -> list[str]:
        return [self.held_out[start - PROMPT : start] for start in self.starts]

    @property
    def continuations(self) -> list[str]:
        """Return the true continuations of the prompts."""
        return [self.held_out[start : start + self.length] for start in self.starts]


def material(run: OpenRun, count: int, length: int) -> Material:
    """Return texts of the run's data, and start positions spread evenly over its test text.

    Raises:
        SettingError: a classifier's run, a backward model, changed data, or a text that is too short.
    """
    run.problem.require("judge", run.folder.path)
    if run.config.data.get("reversed"):
        raise SettingError("RUN", run.folder.path, "writes from a text's end to its start")
    data: Any = run.data()
    if not data.running:
        raise SettingError("RUN", run.folder.path, "has read separate texts: the board needs a running one")
    texts = [run.tokenizer.decode(data.encoded(split).ids.tolist()) for split in ("train", "test")]
    most = len(texts[1]) - PROMPT - length
    if most < count:
        rule = f"the held-out text has {len(texts[1]):,} characters: choose a smaller --length or --count"
        raise SettingError("--length", length, rule)
    starts = [PROMPT + round(place) for place in np.linspace(0, most, count)]
    return Material(texts[0], texts[1], tuple(starts), length)


def people(told: Material, seed: int) -> list[Entry]:
    """Return entries for the true continuations and two baselines: their lines and characters shuffled."""
    random = Random(seed)
    lines = told.held_out.split("\n")
    random.shuffle(lines)
    mixed = "\n".join(lines)
    shuffled = ["".join(random.sample(text, len(text))) for text in told.continuations]
    return [
        Entry("held-out text", told.continuations),
        Entry("its lines shuffled", [mixed[start : start + told.length] for start in told.starts]),
        Entry("its characters shuffled", shuffled),
    ]


def written(run: OpenRun, told: Material, temperatures: Sequence[float], seed: int, bar: Any) -> list[Entry]:
    """Generate the run's continuations of the prompts at each temperature; `bar` advances with each batch."""
    from rnnlab.generate.fused import engine_of
    from rnnlab.generate.write import write

    engine, found = engine_of(run.network), []
    tokens = len(run.tokenizer.encode(told.held_out[:20_000])) / len(told.held_out[:20_000])
    length = int(told.length * min(1.0, tokens * 1.15)) + 1
    for temperature in temperatures:
        decoding = Decoding(temperature=temperature)
        rows = write(engine, run.tokenizer, told.prompts, length, decoding, seed)
        texts = [
            row.text[len(prompt) :][: told.length] for row, prompt in zip(rows, told.prompts, strict=True)
        ]
        found.append(Entry(f"{run.model} at {temperature:g}", texts, run.folder.path.name, temperature))
        bar.update()
    return found
