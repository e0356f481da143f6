"""The origin of a run: command, code, data, machine, time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rnnlab.report.names import splits_said
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.markup import duration, facts, fold, text


def origin(run: RunFiles) -> str:
    """Return the facts of a run, and its whole config behind a click."""
    result, data = run.result, run.part("data")
    parts = [
        ("command", _code(result.get("command"))),
        ("changed by hand", " ".join(f"<code>{text(one)}</code>" for one in run.overrides)),
        ("code", _commit(run.part("git"))),
        ("data", _data(data)),
        ("rows", ", ".join(f"{text(k)} {v:,}" for k, v in _whole(data.get("rows")).items())),
        ("tokens", ", ".join(f"{text(k)} {v:,}" for k, v in _whole(data.get("tokens")).items())),
        ("fingerprint", _code(data.get("fingerprint"))),
        ("notes", "<br>".join(text(note) for note in data.get("notes") or ())),
        ("model", _model(run)),
        ("device", text(" on ".join(str(result[k]) for k in ("device", "host") if result.get(k)))),
        ("time", _time(run)),
        ("seed", text(result.get("seed", ""))),
        ("folder", _code(run.path.name)),
        ("versions", ", ".join(f"{text(k)} {text(v)}" for k, v in run.part("versions").items())),
    ]
    error = result.get("error")
    failed = f'<p class="error"><b>{text(run.status)}</b> {text(error)}</p>' if error else ""
    config = fold("the whole config", f"<pre>{text(_yaml(run.config))}</pre>" if run.config else "")
    difference = fold("the uncommitted difference", _difference(run))
    return failed + facts(parts) + difference + config


def _difference(run: RunFiles) -> str:
    """Return the uncommitted changes in git, if the run stored them."""
    patch = run.text("code.diff", 200_000)
    return f"<pre>{text(patch)}</pre>" if patch else ""


def _commit(git: Mapping[str, Any]) -> str:
    if not git:
        return ""
    state = "with uncommitted changes" if git.get("dirty") else "as committed"
    return f"commit <code>{text(str(git.get('commit'))[:12])}</code> {state}"


def _data(data: Mapping[str, Any]) -> str:
    if not data:
        return ""
    unofficial = '<strong class="warn">not the official splits</strong>'
    splits = unofficial if data.get("official") is False else text(splits_said(data))
    vocabulary = data.get("vocabulary")
    words = f", a vocabulary of {vocabulary:,}" if isinstance(vocabulary, int) else ""
    name, source = text(data.get("name", "unnamed")), text(data.get("source", "an unknown source"))
    return f"{name} from {source}, {splits}{words}"


def _model(run: RunFiles) -> str:
    size = run.part("size")
    numbers = {
        "parameters": run.part("model").get("parameters"),
        "numbers of state": size.get("state_size"),
        "multiply-adds a step": size.get("operations_per_token"),
    }
    found = [f"{count:,} {name}" for name, count in numbers.items() if isinstance(count, int) and count]
    return ", ".join([text(run.model), *found])


def _time(run: RunFiles) -> str:
    result = run.result
    parts = [duration(result["seconds"])] if isinstance(result.get("seconds"), int | float) else []
    if isinstance(result.get("training_seconds"), int | float):
        parts.append(f"{duration(result['training_seconds'])} of training")
    for name in ("epochs", "steps", "tokens_per_second"):
        if isinstance(result.get(name), int | float):
            parts.append(f"{result[name]:,.0f} {name.replace('_per_', ' a ')}")
    return text(", ".join(parts))


def _whole(found: Any) -> dict[str, int]:
    return {k: v for k, v in found.items() if isinstance(v, int)} if isinstance(found, dict) else {}


def _code(value: object) -> str:
    return f"<code>{text(value)}</code>" if value else ""


def _yaml(config: Mapping[str, Any]) -> str:
    try:
        import yaml

        return str(yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=110))
    except yaml.YAMLError:
        return json.dumps(config, indent=2, default=str)
