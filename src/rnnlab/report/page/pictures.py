"""Pictures of attention and attributions that other commands left in a run's folder."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from rnnlab.report.page.files import lies_in
from rnnlab.report.page.markup import text

FOLDER = "explain"
KINDS = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".webp": "image/webp"}
MOST, MOST_BYTES = 12, 2_000_000


def pictures(run: Path) -> str:
    """Embed the files in RUN/explain, up to a limit of number and size.

    HTML pages go into a frame with scripts disabled.
    """
    folder = run / FOLDER
    if not folder.is_dir():
        return ""
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in (*KINDS, ".html")]
    paths = [path for path in paths if lies_in(path, run)]
    small = [path for path in paths if path.stat().st_size <= MOST_BYTES]
    left = len(paths) - len(small[:MOST])
    note = f'<p class="small">{left} more in {text(FOLDER)}/</p>' if left else ""
    return "".join(map(_picture, small[:MOST])) + note


def _picture(path: Path) -> str:
    title = text(path.stem.replace("_", " "))
    if path.suffix == ".html":
        page = text(path.read_text(encoding="utf-8", errors="replace"))
        frame = f'<iframe sandbox="allow-same-origin" title="{title}" srcdoc="{page}"></iframe>'
        return f"<figure><figcaption>{title}</figcaption>{frame}</figure>"
    code = b64encode(path.read_bytes()).decode()
    image = f'<img alt="{title}" src="data:{KINDS[path.suffix]};base64,{code}">'
    return f'<figure class="picture"><figcaption>{title}</figcaption>{image}</figure>'
