"""Save a text in progress to a file; continued from there, it equals the uninterrupted text."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch

from rnnlab.atomic import whole_file
from rnnlab.errors import SettingError
from rnnlab.generate.engine import Engine
from rnnlab.generate.writing import Going
from rnnlab.tokenizer.base import Tokenizer
from rnnlab.untrusted import check_stored

FORMAT = 1


def save(path: Path, going: Going, tokenizer: Tokenizer) -> None:
    """Write one row, atomically."""
    content: dict[str, Any] = {f"state_{n}": part.cpu().numpy() for n, part in enumerate(going.state)}
    content |= {"format": FORMAT, "tokenizer": _digest(tokenizer), "logits": going.logits}
    content |= {"read": np.array(going.read[0], np.int64), "drawn": going.drawn}
    with whole_file(path) as part, part.open("wb") as file:
        np.savez(file, **content)


def load(path: Path, engine: Engine, tokenizer: Tokenizer, option: str = "--from-state") -> Going:
    """Read the file that `save` wrote.

    Raises:
        SettingError: no such file, or it is from a run with another tokenizer or other sizes.
    """
    if not path.is_file():
        raise SettingError(option, path, "there is no such file")
    try:
        check_stored(path)
        with np.load(path, allow_pickle=False) as file:
            content = {name: file[name] for name in file.files}
        if int(content["format"]) != FORMAT:
            raise ValueError
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, MemoryError, TypeError) as error:
        raise SettingError(option, path, "is no state that rnnlab generate --save-state wrote") from error
    if str(content["tokenizer"]) != _digest(tokenizer):
        raise SettingError(option, path, "is of a run with another tokenizer")
    wanted = [tuple(part.shape) for part in engine.initial_state(1)]
    parts = [content[name] for name in sorted(content) if name.startswith("state_")]
    if [part.shape for part in parts] != wanted:
        raise SettingError(option, path, "is of a network of other sizes")
    state = tuple(torch.from_numpy(part) for part in parts)
    return Going(content["logits"], state, [content["read"].tolist()], int(content["drawn"]))


def _digest(tokenizer: Tokenizer) -> str:
    content = json.dumps(tokenizer.to_json(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
