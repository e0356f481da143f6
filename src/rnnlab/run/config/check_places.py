"""Check that the paths of a config are paths, and that the files a run reads exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from omegaconf import MISSING, DictConfig, OmegaConf

from rnnlab.data.file_parts import PARTS, flat_files
from rnnlab.data.source import DatasetSpec, local_files
from rnnlab.data.store import NotInReach
from rnnlab.data.styles import find_texts
from rnnlab.embedding.opening import check_file
from rnnlab.errors import SettingError
from rnnlab.rule import shown
from rnnlab.run.config.check_text import SAVED
from rnnlab.run.config.rules import rule_for
from rnnlab.run.config.styles import styles_of_data

VECTORS = "rnnlab.embedding.files.VectorFile"
PATHS = ("data_dir", "cache_dir", "output_dir")


def check_paths(cfg: DictConfig) -> None:
    """Raise SettingError for a value of `paths` that is not a path; the file system is not read."""
    for name in PATHS:
        if OmegaConf.is_missing(cfg.paths, name):
            raise SettingError(f"paths.{name}", MISSING, f"must be given: add paths.{name}=...")
        value, rule = cfg.paths.get(name), rule_for(f"paths.{name}")
        if rule is not None and not rule.allows(value):
            raise SettingError(f"paths.{name}", shown(value), f"must be {rule}")


def check_places(cfg: DictConfig) -> None:
    """Raise SettingError for the first file that does not exist; no file is opened for its content."""
    check_data(cfg)
    if (cfg.get("tokenizer") or {}).get("_target_") == SAVED:
        check_tokenizer(str(cfg.tokenizer.path))
    if (cfg.get("embedding") or {}).get("_target_") == VECTORS:
        check_file(Path(str(cfg.embedding.path)).expanduser())


def check_data(cfg: DictConfig) -> None:
    """Check the data files: all of them where they are the only source, or once some of a data set exist."""
    data: Any = cfg.data
    if not str(data._target_).startswith("rnnlab."):
        return
    folder = None if cfg.paths.data_dir is None else Path(str(cfg.paths.data_dir)).expanduser()
    if "source" in data and data.source in ("files", "auto") and data.get("files") is not None:
        given: Any = OmegaConf.to_container(data.files, resolve=True)
        files = flat_files({str(split): path for split, path in given.items()})
        named = {name: str(data[name]) for name in PARTS if data.get(name)}
        alone = data.source == "files" and data.get("hub") is None and data.get("package") is None
        try:
            local_files(DatasetSpec(str(data.name), files, named=named), folder, required=alone)
        except NotInReach:
            return
    elif data.get("paths") and data.get("package") is None:
        names = styles_of_data(cfg)
        find_texts(list(data.paths), names, None, folder, Path(str(cfg.paths.cache_dir)))


def check_tokenizer(path: str) -> None:
    place = Path(path).expanduser()
    if place.is_file() or (place / "tokenizer.json").is_file():
        return
    what = "has no tokenizer.json" if place.is_dir() else "does not exist"
    folder = place.resolve().parent
    near = [str(found.parent) for found in folder.glob("*/tokenizer.json")] if folder.is_dir() else []
    rule = f"must be a run's folder or a tokenizer file: {place} {what}"
    raise SettingError("tokenizer.path", path, rule, near)
