"""Pages with two windows side by side, as they are photographed."""

from __future__ import annotations

import base64
import html
import tempfile
from pathlib import Path
from typing import Any

from chromium import opened, photographed

COLOURS = {"light": ("#eef1f4", "#ffffff", "#1f2328"), "dark": ("#0d1117", "#161b22", "#e6edf3")}


def side_by_side(browser: Any, windows: list[bytes | str], scheme: str, size: tuple[int, int]) -> bytes:
    """Return the picture of two windows, as PNG.

    Args:
        windows: pictures (PNG), and texts of a terminal.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "front.html")
        path.write_text(page(windows, scheme), encoding="utf-8")
        opened(browser, path.as_uri(), size, scheme)
        return photographed(browser)


def page(windows: list[bytes | str], scheme: str) -> str:
    """Return the page with the windows as HTML."""
    around, window, ink = COLOURS[scheme]
    figures = "".join(f"<figure>{inside(one)}</figure>" for one in windows)
    return f"""<!doctype html><meta charset="utf-8"><style>
* {{ margin: 0; box-sizing: border-box }}
body {{ padding: 24px; height: 100vh; display: flex; gap: 24px; background: {around} }}
figure {{ flex: 1 1 0; overflow: hidden; border: 1px solid #8886; border-radius: 10px; background: {window} }}
pre {{ padding: 18px; font: 12.2px/1.5 "DejaVu Sans Mono", monospace; color: {ink} }}
img {{ width: 100%; display: block }}
</style>
{figures}"""


def inside(window: bytes | str) -> str:
    """Return a window's content as HTML: a terminal's text or a picture."""
    if isinstance(window, str):
        return f"<pre>{html.escape(window)}</pre>"
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(window).decode()}">'
