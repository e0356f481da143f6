"""Whether the data of a run that goes on, or of a sweep's next job, are still those of the beginning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.run.folder import RunFolder
from rnnlab.untrusted import read_json

SHOWN = 12  # digits of a fingerprint
MADE = ("classes", "class_counts", "rows")  # of the same files: what rnnlab makes of them
SOURCES = ("name", "source", "files", "hub", "package", "paths", "text_column", "label_column")
WHAT_TO_DO = "what to do: put the data back as they were, or start a new run without resume="


class OtherData(SettingError):
    """Other data than a run was trained on: its folder stays as it is."""


def check_resumed(data: Any, folder: RunFolder, before: Mapping[str, Any]) -> None:
    """Refuse to go on with a run that has learned from other data.

    Args:
        data: prepared. before: what result.json said.

    Raises:
        OtherData: files, classes, splits or the vocabulary are others, both sides are named.
    """
    if not folder.last.is_file():
        return
    difference = difference_of(before.get("data") or {}, data.provenance)
    tokenizer = read_json(folder.tokenizer) if folder.tokenizer.is_file() else None
    if not difference and tokenizer not in (None, data.tokenizer.to_json()):
        then, now = (before.get("data") or {}).get("vocabulary", "another"), data.tokenizer.vocab_size
        difference = f"of the same files, the vocabulary was one of {then} tokens, is another of {now}"
    if difference:
        rule = f"its data are not those that it was trained on: {difference}\n{WHAT_TO_DO}"
        raise OtherData("resume", folder.path, rule)


def difference_of(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The first difference of two runs' data; empty where there is none or one side does not say."""
    for key in ("fingerprint", "unlabelled_fingerprint"):
        if then.get(key) and now.get(key) and then[key] != now[key]:
            return f"{key.replace('_', ' ')} was {then[key][:SHOWN]}, is {now[key][:SHOWN]}"
    for key in MADE:
        if then.get(key) and now.get(key) and then[key] != now[key]:
            return f"of the same files, {key.replace('_', ' ')} were {then[key]}, are {now[key]}"
    return ""


def check_sweep(data: Any, cfg: DictConfig, sweep: Path) -> None:
    """Refuse a job whose data are not those that the sweep's earlier jobs had under the same settings.

    The first job notes them in the sweep's folder.

    Raises:
        OtherData: both fingerprints are named.
    """
    from rnnlab.data.cache import key_of  # late: it imports numpy, a tenth of a second

    settings: Any = OmegaConf.to_container(cfg.data, resolve=True)
    key = key_of({name: settings[name] for name in SOURCES if name in settings})
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
