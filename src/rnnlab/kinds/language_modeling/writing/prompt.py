"""The prompt of `rnnlab generate`."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from rnnlab.errors import SettingError
from rnnlab.finished import FinishedRun

MOST_BYTES = 64 * 2**20


def prompt_of(run: FinishedRun, arguments: Namespace) -> str:
    """Return the prompt, cleaned and known to the vocabulary."""
    from rnnlab.generate.prompt import map_unknown, refuse_unknown

    given = arguments.prompt if arguments.input is None else read_prompt(arguments.input)
    if given is None:
        return "" if arguments.from_state or run.tokenizer.unknown_id in run.tokenizer.encode("\n") else "\n"
    prompt = run.cleaner(given)
    if arguments.unknown == "refuse":
        refuse_unknown(run.tokenizer, prompt)
        return prompt
    mapped, lacking = map_unknown(run.tokenizer, prompt)
    if lacking:
        print(f"note: read otherwise or left out: {' '.join(lacking)}", file=sys.stderr)
    return mapped


def read_input() -> str:
    """Read all of standard input as UTF-8, whatever the locale."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        rule = f"is not UTF-8: byte {error.object[error.start]:#04x} at offset {error.start}"
        raise SettingError("--input", "-", rule) from error


def read_prompt(path: Path) -> str:
    """Read a file's text, or standard input for -."""
    if str(path) == "-":
        return read_input()
    from rnnlab.data.files import read_text

    if not path.is_file():
        raise SettingError("--input", path, "there is no such file")
    if path.stat().st_size > MOST_BYTES:
        raise SettingError("--input", path, f"is longer than {MOST_BYTES // 2**20} MB: give its end")
    try:
        return read_text(path)
    except SettingError as error:
        raise SettingError("--input", path, error.rule) from error
