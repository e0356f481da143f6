"""Writes a run as one folder that needs no torch."""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from rnnlab.errors import SettingError
from rnnlab.export.exportable import Exportable
from rnnlab.export.files import CARD, FORMAT, MODEL, SETTINGS, TOKENIZER, graph_file
from rnnlab.finished import FinishedRun
from rnnlab.tokenizer.file import class_name, is_own

TRIES = 20  # while another process writes to the same folder


class Exported(NamedTuple):
    """The exported folder, and notes on what was checked and measured, a line each."""

    folder: Path
    notes: list[str]


def export(
    run: FinishedRun, parts: Exportable, folder: Path, quantised: bool = False, measured: bool = True
) -> Exported:
    """Write model.onnx, tokenizer.json, runtime.json and a model card, atomically.

    Args:
        parts: the parts that the run's kind hands over.
        quantised: export matrices of 8 bits.
        measured: measure what these cost on the run's validation split, which needs its data.

    Raises:
        SettingError: the folder exists and is no export.
        Unequal: the graph's outputs differ from the network's.
    """
    check_target(folder)
    if parts.has_tokenizer:
        check_tokenizer(run)
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        notes = fill(run, parts, part, folder.name, quantised, measured)
        replace_folder(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Exported(folder, notes)


def check_tokenizer(run: FinishedRun) -> None:
    """Raise SettingError for a tokenizer of another package, whose code the runtime does not have."""
    if not is_own(run.tokenizer):
        name = class_name(type(run.tokenizer))
        raise SettingError("tokenizer", name, "cannot be exported: the runtime has rnnlab's tokenizers alone")


def replace_folder(part: Path, folder: Path) -> None:
    """Move `part` to `folder`, replacing it; of two processes that do so at once, the last one wins."""
    old = folder.with_name(f"{folder.name}.{os.getpid()}.old")
    for _ in range(TRIES):
        with suppress(FileNotFoundError):
            folder.rename(old)
        shutil.rmtree(old, ignore_errors=True)
        try:
            part.rename(folder)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    raise SettingError("--output", folder, "another process keeps writing there")


def check_target(folder: Path) -> None:
    """Raise SettingError unless the target is free or an earlier export."""
    if folder.exists() and not (folder / SETTINGS).is_file() and not is_empty(folder):
        raise SettingError("--output", folder, "is there already and is no exported model")


def is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def fill(
    run: FinishedRun, parts: Exportable, part: Path, name: str, quantised: bool, measured: bool
) -> list[str]:
    """Write all files; return the notes for the card."""
    from rnnlab.export.card import card
    from rnnlab.export.parity import check_parity

    settings = settings_of(run, parts)
    (part / MODEL).write_bytes(parts.graph.model().SerializeToString())
    for other, graph in parts.others.items():
        (part / graph_file(other)).write_bytes(graph.model().SerializeToString())
    apart = check_parity(parts.differences, part, parts.others, parts.tolerance)
    allowed = f"{parts.tolerance:g} is allowed"
    notes = [f"it differs from torch by {apart:.1g} at most over random batches ({allowed})"]
    notes += parts.notes
    if quantised:
        notes += quantise_in_place(parts, part, measured)
    if parts.has_tokenizer:
        shutil.copy2(run.folder.tokenizer, part / TOKENIZER)
    for path in parts.files:
        shutil.copy2(path, part / path.name)
    settings["notes"] = notes
    (part / SETTINGS).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    (part / CARD).write_text(card(run, name, parts, notes), encoding="utf-8")
    return notes


def quantise_in_place(parts: Exportable, folder: Path, measured: bool) -> list[str]:
    """Replace the plain graphs by the quantised ones; return notes on the cost."""
    from rnnlab.export.quantise import cost_of, quantise

    smaller, others = folder / "int8", list(parts.others)
    smaller.mkdir()
    names = [MODEL, *map(graph_file, others)]
    for name in names:
        quantise(folder / name, smaller / name)
    lines = ["int8; its cost was not measured"]
    if measured and parts.cost is not None:
        lines = cost_of(parts.cost, folder, smaller, others).lines()
    for name in names:
        (smaller / name).replace(folder / name)
    shutil.rmtree(smaller)
    return lines


def settings_of(run: FinishedRun, parts: Exportable) -> dict[str, Any]:
    """Return runtime.json: the runtime's settings, apart from the graph and the tokenizer."""
    return {
        "format": FORMAT,
        "rnnlab": version("rnnlab"),
        "run": run.folder.path.name,
        "task": run.task,
        "task_class": run.settings["task"]["_target_"],
        "model": run.model,
        "kind": run.kind,
        "text": None,
        "graphs": sorted(parts.others),
        **parts.settings,
        "metrics": run.metrics,
    }
