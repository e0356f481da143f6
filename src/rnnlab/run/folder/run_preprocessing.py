"""Cleaner and tokenizer of a finished run, read from its folder without torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rnnlab.data.truncation import Truncation, evaluation_shape
from rnnlab.errors import SettingError, UserError
from rnnlab.run.config.origin import located
from rnnlab.run.config.saved import config_of
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.base import Tokenizer


def cleaner_of(folder: RunFolder) -> Cleaner:
    """Return the cleaner with the run's steps."""
    node = config_of(folder.config).get("text")
    if not isinstance(node, dict) or "_target_" not in node:
        raise SettingError("RUN", folder.path, "its config.yaml has no text: an older rnnlab made it")
    settings = {key: value for key, value in node.items() if not key.startswith("_")}
    try:
        cleaner: Cleaner = located(node["_target_"])(**settings)
    except (TypeError, ValueError) as error:
        raise SettingError("RUN", folder.path, f"its text cannot be built: {_line(error)}") from error
    if pairs_of(config_of(folder.config)):
        from rnnlab.text.pairs import PairCleaner

        return PairCleaner(cleaner)  # type: ignore[return-value]
    return cleaner


def pairs_of(settings: dict[str, Any]) -> bool:
    """Return whether a run reads pairs of texts, from its config."""
    return isinstance((settings.get("data") or {}).get("text_column"), list)


def shape_of(settings: dict[str, Any], tokenizer: Callable[[], Tokenizer]) -> Truncation:
    """Return the truncation of texts that a run predicts; its tokenizer is asked for where it reads pairs."""
    data = settings["data"]
    shape = Truncation(**{name: data[name] for name in Truncation._fields if name in data})
    if pairs_of(settings):
        from rnnlab.text.pairs import separator_of

        shape = shape._replace(separator=separator_of(tokenizer()))
    return evaluation_shape(shape, data.get("evaluation_length"))


def tokenizer_of(folder: RunFolder) -> Tokenizer:
    """Return the tokenizer with the run's vocabulary, of the class that its config names."""
    if not folder.tokenizer.is_file():
        raise SettingError("RUN", folder.path, "has no tokenizer.json: it ended before its data were ready")
    from rnnlab.tokenizer.file import load

    node = config_of(folder.config).get("tokenizer")
    named = node.get("_target_") if isinstance(node, dict) else None
    own = None if named is None or str(named).startswith("rnnlab.") else located(named)
    try:
        return load(folder.tokenizer, own)
    except ValueError as error:
        raise UserError(str(error)) from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
