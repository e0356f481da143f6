"""Check that a resumed run, or the next job of a sweep, still has the data that it began with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.untrusted import read_json

SHOWN = 12  # digits of a fingerprint
MADE = ("classes", "class_counts", "rows")  # derived from the files
SOURCES = ("name", "source", "files", "hub", "package", "paths", "text_column", "label_column")
READ = frozenset(("source", "files", "hub", "package", "paths"))  # without any, settings make the rows
WHAT_TO_DO = "what to do: put the data back as they were, or start a new run without resume="


class OtherData(SettingError):
    """The data differ from those that the run was trained on; its folder stays as it is."""


def check_resumed(data: Any, folder: RunFolder, before: Mapping[str, Any]) -> None:
    """Refuse to resume a run that was trained on other data.

    Args:
        data: the prepared data module.
        folder: the run's folder.
        before: the fields of result.json before this start.

    Raises:
        OtherData: files, classes, splits or the vocabulary differ; the error names both values.
    """
    if not folder.last.is_file():
        return
    difference = difference_of(before.get("data") or {}, data.provenance)
    there = not difference and folder.tokenizer.is_file()
    if there and read_json(folder.tokenizer) != data.tokenizer.to_json():
        then, now = (before.get("data") or {}).get("vocabulary", "another"), data.tokenizer.vocab_size
        difference = f"of the same files, the vocabulary was one of {then} tokens, is another of {now}"
    if difference:
        rule = f"its data are not those that it was trained on: {difference}\n{WHAT_TO_DO}"
        raise OtherData("resume", folder.path, rule)


def difference_of(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Describe the first difference of two provenances; empty if there is none or a side lacks the field."""
    for key in ("fingerprint", "unlabelled_fingerprint"):
        if then.get(key) and now.get(key) and then[key] != now[key]:
            return f"{key.replace('_', ' ')} was {then[key][:SHOWN]}, is {now[key][:SHOWN]}"
    for key in MADE:
        if then.get(key) and now.get(key) and then[key] != now[key]:
            return f"of the same files, {key.replace('_', ' ')} were {then[key]}, are {now[key]}"
    return ""


def check_sweep(data: Any, cfg: DictConfig, sweep: Path) -> None:
    """Refuse a job whose data differ from those of the sweep's earlier jobs with the same data settings.

    The first job writes the fingerprint to the sweep's folder.

    Raises:
        OtherData: the fingerprints differ; the error names both.
    """
    from rnnlab.data.cache import key_of  # late: it imports numpy, a tenth of a second

    settings: Any = OmegaConf.to_container(cfg.data, resolve=True)
    named = SOURCES if READ & settings.keys() else sorted(settings.keys() - {"seed"})
    key = key_of({name: settings[name] for name in named if name in settings})
    noted, now = sweep / "data" / f"{key[:16]}.json", data.provenance["fingerprint"]
    noted.parent.mkdir(exist_ok=True)
    with suppress(FileExistsError), noted.open("x", encoding="utf-8") as file:
        file.write(json.dumps({"fingerprint": now}))
    try:
        then = str(json.loads(noted.read_text(encoding="utf-8"))["fingerprint"])
    except ValueError:  # another job is writing it at this moment
        return
    if then != now:
        rule = f"not those of the sweep's earlier jobs: fingerprint was {then[:SHOWN]}, is {now[:SHOWN]}"
        what_to_do = "what to do: put the data back as they were, or start a new sweep"
        raise OtherData("data", cfg.data.name, f"{rule}\n{what_to_do}")
