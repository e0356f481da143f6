"""The page of the board: one file with its style, script and first rows, live or for good."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from rnnlab.report.page.document import BASE, STYLE, asset
from rnnlab.report.page.markup import text

SCRIPTS = (
    "base.js",
    "state.js",
    "filter.js",
    "columns.js",
    "table.js",
    "chart.js",
    "curves.js",
    "parallel.js",
    "compare.js",
    "sweeps.js",
    "live.js",
    "main.js",
)


def page(data: Mapping[str, Any], title: str) -> str:
    """Return the page.

    Args:
        data: what the script starts from: `Index.changes`; `live`, whether it asks the server for more; for a
            page that does not, `curves` of each run.
        title: plain text.
    """
    style, script, body = _style(), _script(), _file("board.html")
    head = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{text(title)}: rnnlab board</title>"
        f'<meta http-equiv="Content-Security-Policy" content="{text(policy())}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<style>{style}</style></head>"
    )
    return (
        f"{head}<body>{body.replace('TITLE', text(title), 1)}"
        f'<script type="application/json" id="data">{embedded(data)}</script>'
        f"<script>{script}</script></body></html>\n"
    )


@cache
def policy() -> str:
    """Return the content security policy: this style and this script alone, no other host."""
    style, script = _hash(_style()), _hash(_script())
    return (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


def embedded(data: Mapping[str, Any]) -> str:
    """Return data as JSON that cannot end the script element around it."""
    found = json.dumps(data, separators=(",", ":"), ensure_ascii=False, default=str)
    return found.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


@cache
def _style() -> str:
    return asset(BASE) + asset(STYLE) + _file("board.css")


@cache
def _script() -> str:
    return '"use strict";\n' + "".join(map(_file, SCRIPTS))


@cache
def _file(name: str) -> str:
    return files("rnnlab.serve.board").joinpath("page", name).read_text(encoding="utf-8")
