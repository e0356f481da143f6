"""Passages of runs and of the text that they were trained on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.serve.rating.plan import REAL, Model, Plan, Settings, compare, needed

if TYPE_CHECKING:
    from rnnlab.run.folder.open_run import OpenRun

BEGINNINGS = ("\n\n", "\n", " ")  # a passage starts after the first of these that the text has
ROWS = 64  # texts per batch
MOST_ROWS = 1000  # of one run
SPARE = 16  # characters that space at the beginning may take


def models_of(runs: dict[str, OpenRun]) -> tuple[Model, ...]:
    """Return the runs' names and digests of their weights.

    Raises:
        SettingError: a run is not a language model's, occurs twice, or has other data than the first.
    """
    found: dict[str, Model] = {}
    first = next(iter(runs.values()))
    for name, run in runs.items():
        path = run.folder.path
        run.problem.require("rate", path)
        if not run.folder.best.is_file():
            raise SettingError("RUN", path, "has no checkpoints/best.ckpt")
        if _data_of(run) != _data_of(first):
            rule = f"learned from other data than {first.folder.path}: {_data_name(run)}, {_data_name(first)}"
            raise SettingError("RUN", path, rule)
        digest = hashlib.sha256(run.folder.best.read_bytes()).hexdigest()
        if digest in found:
            raise SettingError("RUN", path, "is given twice")
        found[digest] = Model(name, digest[:16])
    return tuple(found.values())


def make_plan(runs: dict[str, OpenRun], models: tuple[Model, ...], settings: Settings) -> Plan:
    """Generate and truncate the passages of a plan.

    Raises:
        SettingError: the held-out text is too short.
    """
    first = next(iter(runs.values()))
    held_out = first.tokenizer.decode(first.data().encoded("test").ids.tolist())
    amounts = needed([*runs, REAL], settings)
    beginning = next((text for text in BEGINNINGS if text in held_out), "")
    real = held_out_passages(held_out, amounts[REAL], settings, beginning)
    texts = {}
    for place, (name, run) in enumerate(runs.items()):
        texts[name] = written(run, amounts[name], settings, beginning, place)
    texts[REAL] = real
    title = "Shakespeare" if first.task == "shakespeare" else "the real text"
    return Plan(models, settings, f"Which is {title}?", compare(texts, settings))


def written(run: OpenRun, count: int, settings: Settings, beginning: str, place: int) -> list[str]:
    """Generate `count` passages of a run; its position among the runs is part of the seed."""
    from rnnlab.generate.decoding.settings import Decoding
    from rnnlab.generate.fused import engine_of
    from rnnlab.generate.prompt import unknown_pieces
    from rnnlab.generate.write import write

    engine, tokenizer = engine_of(run.network), run.tokenizer
    prompt = "" if unknown_pieces(tokenizer, beginning) else beginning
    length = settings.length + SPARE
    decoding = Decoding(temperature=settings.temperature)
    found = []
    for start in range(0, count, ROWS):
        prompts = [prompt] * min(ROWS, count - start)
        first = place * MOST_ROWS + start
        rows = write(engine, tokenizer, prompts, length, decoding, settings.seed, first)
        found += [cut(row.text, settings.length) for row in rows]
    return found


def held_out_passages(text: str, count: int, settings: Settings, beginning: str) -> list[str]:
    """Return `count` passages that do not overlap, from random starts after a beginning."""
    starts = starts_of(text, settings.length, beginning)
    if len(starts) < count:
        rule = f"the held-out text has {len(starts)} passages of this length, and {count} are needed"
        raise SettingError("--length", settings.length, rule)
    chosen = np.random.default_rng([settings.seed, 1]).permutation(len(starts))[:count]
    return [cut(text[starts[place] :], settings.length) for place in chosen]


def starts_of(text: str, length: int, beginning: str) -> list[int]:
    """Return starts after a beginning whose passages do not overlap and are whole."""
    found, place = list[int](), 0
    step = length + SPARE
    while place + step <= len(text):
        found.append(place)
        if not beginning:
            place += step
            continue
        after = text.find(beginning, place + step)
        if after < 0:
            break
        place = after + len(beginning)
    return found


def cut(text: str, length: int) -> str:
    """Return at most `length` characters, from the first non-space to the end of a word."""
    kept = text.lstrip()
    if len(kept) <= length:
        return kept.rstrip()
    end = max(kept.rfind(" ", 0, length + 1), kept.rfind("\n", 0, length + 1))
    return kept[: end if end > length // 2 else length].rstrip()


def _data_of(run: OpenRun) -> object:
    data = run.result.get("data") or {}
    return data.get("fingerprint") or data.get("name")


def _data_name(run: OpenRun) -> str:
    return str((run.result.get("data") or {}).get("name", "unknown"))
