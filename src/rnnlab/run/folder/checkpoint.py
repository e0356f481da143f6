"""Load checkpoints that somebody else may have written: tensors and plain values only, no code."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import torch
from torch import Tensor

from rnnlab.errors import SettingError
from rnnlab.untrusted import Unreadable, check_stored


def state_of(path: Path, mapped: bool = False) -> dict[str, Tensor]:
    """Load all weights of a run's checkpoint, by name.

    Args:
        path: the checkpoint.
        mapped: memory-map the file, so that only the tensors that are used are read.

    Raises:
        SettingError: see `part_of`; or its `state_dict` holds anything but tensors.
    """
    state = part_of(path, "state_dict", mapped)
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise _unreadable(path, "it holds no weights")
    return {str(name): value for name, value in state.items()}


def part_of(path: Path, name: str, mapped: bool = False) -> Any:
    """Load one top-level entry of a checkpoint, such as `state_dict` or `global_step`.

    Raises:
        SettingError: it cannot be read, holds anything but tensors and plain values, or has no such entry.
    """
    try:
        check_stored(path)
        check_pickle(path)
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)[name]
    except Exception as error:  # torch raises many kinds for a broken file
        raise _unreadable(path, f"{type(error).__name__}: {error}") from error


def check_pickle(path: Path) -> None:
    """Refuse a pickled `bytearray`: torch allocates any size that the file asks for, and ours have none.

    Raises:
        Unreadable: there is one.
        BadZipFile: the file is not an archive.
    """
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".pkl") and b"bytearray" in archive.read(name):
                raise Unreadable("it asks for a bytearray, which no checkpoint of ours has")


def loading(method: Callable[..., Any], path: Path | None) -> dict[str, Any]:
    """Return arguments that make a method of Lightning's Trainer load a checkpoint without running its code.

    Lightning before 2.6 unpickles anything and has no `weights_only`: there the file is checked here first.
    """
    if path is None:
        return {"ckpt_path": None}
    if "weights_only" in inspect.signature(method).parameters:
        return {"ckpt_path": str(path), "weights_only": True}
    state_of(path)
    return {"ckpt_path": str(path)}


def _unreadable(path: Path, why: str) -> SettingError:
    rule = f"its {path.parent.name}/{path.name} cannot be read: {' '.join(why.split())[:150]}"
    return SettingError("RUN", path.parents[1], rule)
