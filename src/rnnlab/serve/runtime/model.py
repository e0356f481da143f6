"""Open an exported folder with onnxruntime, and with its tokenizer if it has one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from rnnlab.errors import SettingError
from rnnlab.export.files import CARD, FORMAT, MODEL, SETTINGS, TOKENIZER, graph_file
from rnnlab.export.session import open_session
from rnnlab.kinds.base import Kind
from rnnlab.kinds.lookup import kind_of_class, kind_of_name
from rnnlab.kinds.usable import Exported
from rnnlab.untrusted import Unreadable, read_json

GRAPH = re.compile("[a-z_]+")  # the name of a further graph


def open_model(folder: str | Path, threads: int = 1) -> Any:
    """Open an export of `rnnlab export`: as what its kind has, such as a `Classifier`,
    a language model's `Writer` or a text-to-text `Translator`.

    Args:
        folder: has model.onnx, further graphs where the kind has several, runtime.json and, for a run that
            reads texts, tokenizer.json.
        threads: CPU threads of a prediction, at least 1.

    Raises:
        SettingError: the folder lacks a file, another version of rnnlab wrote it in another format, or the
            package of its kind is not installed or not trusted.
    """
    place = Path(folder)
    settings = settings_of(place, threads)
    names = graphs_of(settings, place)
    session = open_session(place / MODEL, threads)
    others = {name: open_session(place / graph_file(name), threads) for name in names}
    try:
        exported = opened(place, session, settings)._replace(others=others, folder=place)
        return kind_of_model(settings, place).open_exported(exported)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError("folder", place, f"is no whole exported model: {error!r}"[:300]) from error


def settings_of(place: Path, threads: int) -> dict[str, Any]:
    """Read runtime.json, and check that the folder is whole."""
    missing = [name for name in (MODEL, TOKENIZER, SETTINGS) if not (place / name).is_file()]
    if missing and missing != [TOKENIZER]:
        raise SettingError("folder", place, f"is no exported model: it has no {', '.join(missing)}")
    if threads < 1:
        raise SettingError("threads", threads, "must be at least 1")
    try:
        settings = read_json(place / SETTINGS)
    except (OSError, Unreadable) as error:
        raise SettingError("folder", place, f"its {SETTINGS} cannot be read: {error}") from error
    if not isinstance(settings, dict):
        raise SettingError("folder", place, f"its {SETTINGS} is not that of an exported model")
    if missing and settings.get("text", {}) is not None:
        raise SettingError("folder", place, f"is no exported model: it has no {TOKENIZER}")
    if settings.get("format") != FORMAT:
        rule = (
            f"was written in format {settings.get('format')}, and this rnnlab reads {FORMAT}; see its {CARD}"
        )
        raise SettingError("folder", place, rule)
    return settings


def graphs_of(settings: dict[str, Any], place: Path) -> list[str]:
    """Return the names of further graphs, whose files are there."""
    names = settings.get("graphs", [])
    if not isinstance(names, list) or not all(GRAPH.fullmatch(str(name)) for name in names):
        raise SettingError("folder", place, f"is no whole exported model: its graphs are {names}"[:300])
    missing = [graph_file(name) for name in names if not (place / graph_file(name)).is_file()]
    if missing:
        raise SettingError("folder", place, f"is no whole exported model: it has no {', '.join(missing)}")
    return names


def kind_of_model(settings: dict[str, Any], place: Path) -> Kind:
    """Return the kind that opens the model: rnnlab's by its name, another by the class of its task."""
    own = kind_of_name(str(settings["kind"]))
    if own is not None:
        return own
    from rnnlab.run.config.trust import permits

    target = settings.get("task_class")
    if not isinstance(target, str) or not permits(target):
        rule = (
            f"is of the kind {settings['kind']}: its task {target} is not installed, or not trusted (--trust)"
        )
        raise SettingError("folder", place, rule)
    return kind_of_class(target)


def opened(place: Path, session: Any, settings: dict[str, Any]) -> Exported:
    """Return the model with its cleaner and tokenizer, where it reads texts."""
    if settings.get("text", {}) is None:
        return Exported(session, settings)
    from rnnlab.text.cleaner import Cleaner
    from rnnlab.tokenizer.file import load

    cleaner: Any = Cleaner(settings["text"]["steps"])
    if settings.get("separator") is not None:
        from rnnlab.text.pairs import PairCleaner

        cleaner = PairCleaner(cleaner)
    return Exported(session, settings, cleaner, load(place / TOKENIZER))
