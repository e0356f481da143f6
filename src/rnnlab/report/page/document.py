"""A whole page: one file with its style and script, which makes no network requests."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from rnnlab.report.page.markup import text

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
BASE, STYLE, SCRIPT = "base.css", "page.css", "page.js"


def asset(name: str) -> str:
    """Return the content of a file of the design: `base.css` (every page has it), `page.css`, `page.js`."""
    return files("rnnlab.report.page").joinpath(name).read_text(encoding="utf-8")


def document(
    title: str,
    heading: str,
    below: str,
    sections: Sequence[str],
    brand: str = "rnnlab report",
    scripted: bool = True,
) -> str:
    """Return a page of sections.

    Args:
        title, heading: plain text; below: markup under the heading.
        sections: markup; their ids and headings make the table of contents.
        brand: plain text above the heading.
        scripted: False for a page that is shown where scripts are not allowed; it has no values under the
            pointer.
    """
    body = "".join(sections)
    script = f'<div id="tip" role="status" hidden></div><script>{asset(SCRIPT)}</script>' if scripted else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{text(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<style>{asset(BASE)}{asset(STYLE)}</style></head><body>"
        f'<header><div class="page"><p class="brand">{text(brand)}</p><h1>{text(heading)}</h1>{below}</div>'
        f'</header><main class="page">{_contents(sections)}{body}</main>{script}</body></html>\n'
    )


def _contents(sections: Sequence[str]) -> str:
    links = []
    for one in sections:
        if one.startswith('<section id="'):
            name = one.split('"', 2)[1]
            heading = one.split(f'<h2 id="{name}-title">', 1)[1].split("</h2>", 1)[0]
            links.append(f'<a href="#{name}">{heading}</a>')
    return f'<nav class="contents" aria-label="contents">{"".join(links)}</nav>' if len(links) > 2 else ""
