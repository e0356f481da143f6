"""Read the entries of an atlas from sweeps' folders and from JSON files of earlier ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from rnnlab.atomic import write_whole
from rnnlab.errors import UserError
from rnnlab.sweep.atlas.entry import Entry, Seed, Try
from rnnlab.sweep.attempt import read_result
from rnnlab.sweep.find import find_sweep
from rnnlab.sweep.groups import Group
from rnnlab.sweep.ledger.row import Row
from rnnlab.sweep.outcome.record import Record, read_record
from rnnlab.untrusted import Unreadable, read_json, read_yaml

FORMAT = "rnnlab atlas 1"
SIZES = ("parameters", "state_size")  # settings of model that match models, the later first
SHOWN = 5  # pairs that a note names
CURVES = ("gradient", "forgetting")


def read_atlas(places: Iterable[str], outputs: Path) -> tuple[list[Entry], list[str]]:
    """Return the entries of all sweeps and files, each once, and notes on what was left out.

    Args:
        places: sweeps as `find_sweep` takes them, or JSON files of `write_atlas`.

    Raises:
        UserError: a place is neither, or nothing in them has finished.
    """
    found: dict[tuple[str, ...], Entry] = {}
    notes: list[str] = []
    for place in places:
        for entry in _entries(place, outputs, notes):
            other = found.get(entry.key)
            if other is not None:
                name = f"{entry.model} on {entry.probe}"
                notes.append(f"{name}: in {other.sweep} and {entry.sweep}; the one with more seeds is kept")
            if other is None or len(entry.seeds) > len(other.seeds):
                found[entry.key] = entry
    if not found:
        raise UserError(f"no job with a fresh seed has finished in {', '.join(map(str, places))}")
    return list(found.values()), notes


def write_atlas(entries: Sequence[Entry], path: Path) -> None:
    """Write entries as JSON, to be read again or merged with others."""
    plain = {"format": FORMAT, "entries": [entry.to_dict() for entry in entries]}
    write_whole(path, json.dumps(plain, indent=1) + "\n")


def _entries(place: str, outputs: Path, notes: list[str]) -> list[Entry]:
    if place.endswith(".json") and Path(place).is_file():
        return _of_file(Path(place))
    record = read_record(find_sweep(place, outputs))
    if record.spec is None or not record.spec.confirm_seeds:
        raise UserError(f"{record.folder.path} has no fresh seeds: an atlas needs sweep.confirm_seeds")
    rows = {row.number: row for row in record.rows}
    entries, missing = [], []
    for group in record.groups:
        entry = _entry(record, group, rows)
        if entry is None:
            named = " on ".join(str(value) for value in group.values.values() if value is not None)
            missing.append(named or "the only group")
        else:
            entries.append(entry)
    if missing:
        more = f" and {len(missing) - SHOWN:,} more" * (len(missing) > SHOWN)
        which = f"{', '.join(missing[:SHOWN])}{more}"
        notes.append(f"no fresh seed has finished yet in {record.folder.name} of {which}")
    return entries


def _of_file(path: Path) -> list[Entry]:
    try:
        plain = read_json(path)
        if plain["format"] != FORMAT:
            raise KeyError("format")
        return [Entry.from_dict(one) for one in plain["entries"]]
    except (OSError, Unreadable, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path} is not a file of rnnlab atlas --json") from error


def _entry(record: Record, group: Group, rows: Mapping[int, Row]) -> Entry | None:
    """Return the entry of a group; None if none of its fresh seeds has finished, or it is of no probe."""
    trial = group.confirmation
    fresh = [rows[n] for n in (trial.jobs if trial else None) or () if rows[n].state == "finished"]
    results = [(row, read_result(record.folder.job(row.number))) for row in fresh]
    results = [(row, result) for row, result in results if isinstance(result.get("probe"), dict)]
    if not results:
        return None
    row, first = results[0]
    probe = first["probe"]
    tuning = [rows[number] for one in group.trials for number in one.jobs or ()]
    config = _config(record.folder.job(row.number))
    return Entry(
        model=str(group.values.get("model") or (first.get("model") or {}).get("name")),
        probe=str(group.values.get("probe") or probe["name"]),
        budget=str(config.get("budget", "")),
        matched=_matched(config.get("model") or {}),
        longest=int(probe["longest"]),
        lengths=tuple(sorted({int(length) for length in probe["test_lengths"]})),
        seeds=tuple(_seed(one, result) for one, result in results),
        tries=tuple(_try(record, one, int(probe["longest"])) for one in tuning),
        unit=str(probe.get("unit") or ""),
        chance=_chance(probe),
        chosen=tuple(override for override in row.overrides if not override.startswith("seed=")),
        size=_size(first),
        tune=record.spec.tune if record.spec else (),
        enough=any(one.state == "skipped" for one in tuning),
        memory=_memory([record.folder.job(one.number) / "memory.json" for one, _ in results]),
        sweep=record.folder.name,
    )


def _chance(probe: Mapping[str, Any]) -> dict[str, float]:
    """Return the accuracy of chance by length; empty for a probe that asks for a number."""
    if probe.get("chance_metric", "accuracy") != "accuracy":
        return {}
    return {str(length): float(value) for length, value in (probe.get("chance") or {}).items()}


def _seed(row: Row, result: Mapping[str, Any]) -> Seed:
    return Seed(
        seed=int(result.get("seed", row.number)),
        metrics={
            name: float(value) for name, value in (result.get("metrics") or {}).items() if value == value
        },
        seconds=row.seconds,
        steps=result.get("steps"),
        steps_to_solve=result["probe"].get("steps_to_solve"),
    )


def _try(record: Record, row: Row, longest: int) -> Try:
    metrics = (
        read_result(record.folder.job(row.number)).get("metrics") or {} if row.state == "finished" else {}
    )
    validation = row.objective[0] if row.state == "finished" and row.objective else None
    return Try(row.state, validation, metrics.get(f"test/accuracy_{longest}"), row.seconds)


def _size(result: Mapping[str, Any]) -> dict[str, float]:
    size = dict(result.get("size") or {})
    size.setdefault("parameters", (result.get("model") or {}).get("parameters"))
    return {name: value for name, value in size.items() if isinstance(value, int | float)}


def _config(folder: Path) -> dict[str, Any]:
    try:
        found = read_yaml(folder / "config.yaml")
    except (OSError, Unreadable):
        return {}
    return found if isinstance(found, dict) else {}


def _matched(model: Mapping[str, Any]) -> str:
    """Return what was set equal for all models; a network matched by its state has free parameters."""
    found = [f"{name}={model[name]}" for name in SIZES if model.get(name) is not None]
    return found[-1] if found else ""


def _memory(files: Sequence[Path]) -> dict[str, list[float]]:
    """Return the mean of the curves of all files; empty if there is none."""
    found = []
    for path in files:
        try:
            found.append(read_json(path))
        except (OSError, Unreadable):
            continue
    found = [one for one in found if isinstance(one, dict) and "steps_back" in one]
    if not found:
        return {}
    means = {
        name: [fmean(values) for values in zip(*(one[name] for one in found), strict=False)]
        for name in CURVES
    }
    return {"steps_back": list(found[0]["steps_back"]), **means}
