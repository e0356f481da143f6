"""An exported folder, opened with onnxruntime and the tokenizer alone."""

from __future__ import annotations

from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.export.files import CARD, FORMAT, MODEL, SETTINGS, TOKENIZER
from rnnlab.export.session import open_session
from rnnlab.serve.runtime.classifier import Classifier
from rnnlab.serve.runtime.writer import Writer
from rnnlab.untrusted import Unreadable, read_json


def open_model(folder: str | Path, threads: int = 1) -> Classifier | Writer:
    """What `rnnlab export` wrote: a `Classifier` or, of a language model, a `Writer`.

    Args:
        folder: holds model.onnx, tokenizer.json and runtime.json.
        threads: CPU threads of a prediction, at least 1.

    Raises:
        SettingError: the folder lacks a file, or another version of rnnlab wrote it in another format.
    """
    from rnnlab.text.cleaner import Cleaner
    from rnnlab.tokenizer.file import load

    place = Path(folder)
    missing = [name for name in (MODEL, TOKENIZER, SETTINGS) if not (place / name).is_file()]
    if missing:
        raise SettingError("folder", place, f"is no exported model: it has no {', '.join(missing)}")
    if threads < 1:
        raise SettingError("threads", threads, "must be at least 1")
    try:
        settings = read_json(place / SETTINGS)
    except (OSError, Unreadable) as error:
        raise SettingError("folder", place, f"its {SETTINGS} cannot be read: {error}") from error
    if not isinstance(settings, dict):
        raise SettingError("folder", place, f"its {SETTINGS} is not that of an exported model")
    if settings.get("format") != FORMAT:
        rule = (
            f"was written in format {settings.get('format')}, and this rnnlab reads {FORMAT}; see its {CARD}"
        )
        raise SettingError("folder", place, rule)
    session = open_session(place / MODEL, threads)
    try:
        cleaner, tokenizer = Cleaner(settings["text"]["steps"]), load(place / TOKENIZER)
        if settings["kind"] == "classification":
            return Classifier(session, cleaner, tokenizer, settings)
        return Writer(session, cleaner, tokenizer, settings)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError("folder", place, f"is no whole exported model: {error!r}"[:300]) from error
