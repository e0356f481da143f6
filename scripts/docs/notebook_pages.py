"""Notebooks as pages of the site: their text, code and stored outputs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markdown_parts import fenced

FOLDER = "notebooks"
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PICTURES = {"image/png": "png", "image/jpeg": "jpg"}


def pages(root: Path) -> dict[str, str | bytes]:
    """Return the page of each notebook, and its pictures, by their path under docs/."""
    found: dict[str, str | bytes] = {}
    for path in sorted((root / FOLDER).rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            uri = path.relative_to(root).with_suffix(".md").as_posix()
            found |= page(json.loads(path.read_text(encoding="utf-8")), uri)
    return found


def page(notebook: dict[str, Any], uri: str) -> dict[str, str | bytes]:
    """Return a notebook's page and pictures by their paths; `uri` is that of the page."""
    pictures: dict[str, bytes] = {}
    stem = uri.removesuffix(".md")
    parts = [part for cell in notebook["cells"] for part in cell_parts(cell, stem, pictures)]
    title, *rest = parts if parts and parts[0].startswith("# ") else [f"# {Path(stem).name}", *parts]
    heading, _, first = title.partition("\n")
    source = f"[The notebook itself]({Path(stem).name}.ipynb): open it in Jupyter, and change what you like."
    return {uri: "\n\n".join([heading, source, first.strip(), *rest]) + "\n", **pictures}


def cell_parts(cell: dict[str, Any], stem: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """Yield the Markdown of a cell; a hidden source, such as a solution's, is folded with its outputs."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
    elif cell["cell_type"] == "code" and source.strip():
        parts = [fenced(source, "python"), *outputs(cell["outputs"], stem, pictures)]
        hidden = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
        yield from [solution("\n\n".join(parts))] if hidden else parts


def solution(body: str) -> str:
    return '??? success "Solution"\n\n' + "\n".join(f"    {line}".rstrip() for line in body.splitlines())


def outputs(found: list[dict[str, Any]], stem: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """Yield the Markdown of a cell's outputs, and collect their pictures."""
    for output in found:
        if output["output_type"] == "stream":
            yield fenced(plain("".join(output["text"])), "{ .text .output }")
        elif output["output_type"] == "error":
            yield fenced(f"{output['ename']}: {output['evalue']}", "{ .text .output }")
        else:
            yield from shown(output["data"], stem, pictures)


def shown(data: dict[str, Any], stem: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """Yield the richest form of an output that a page can show."""
    for kind, ending in PICTURES.items():
        if kind in data:
            uri = f"{stem}_files/{len(pictures)}.{ending}"
            pictures[uri] = base64.b64decode("".join(data[kind]))
            yield f"![output of the cell above]({uri.partition(f'{Path(stem).parent.as_posix()}/')[2]})"
            return
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            yield f'<div class="output">\n{"".join(data[kind]).strip()}\n</div>'
            return
    if "text/markdown" in data or "text/latex" in data:
        yield "".join(data.get("text/markdown") or data["text/latex"])
    elif "text/plain" in data:
        yield fenced(plain("".join(data["text/plain"])), "{ .text .output }")


def plain(text: str) -> str:
    """Return printed text without colours, and of lines that overwrite each other the last."""
    lines = COLOURS.sub("", text).split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
