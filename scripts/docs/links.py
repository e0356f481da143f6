"""Links of pages that lead out of docs/: to notebooks, results and source files, which the site has too."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

LINK = re.compile(
    r"(?P<head>!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\()(?P<target>[^()\s]+)(?P<tail>(?:\s+\"[^\"]*\")?\))"
)
FENCE = re.compile(r"^ *(```|~~~).*$", re.MULTILINE)
SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
# files of the repository that are pages of the site
PAGES = {
    "README.md": "index.md",
    "RESULTS.md": "results.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
COPIES = "files"  # folder of the site with the other files that pages link to


def site_path(repository_path: str) -> str:
    """Return the path in the site of a file of the repository."""
    if repository_path in PAGES:
        return PAGES[repository_path]
    if repository_path.startswith("docs/"):
        return repository_path.removeprefix("docs/")
    if repository_path.startswith("notebooks/") and repository_path.endswith(".ipynb"):
        return repository_path.removesuffix(".ipynb") + ".md"
    return f"{COPIES}/{repository_path}.txt"  # .txt: a browser shows it


def rewritten(markdown: str, origin: str, uri: str, root: Path) -> str:
    """Return a page with its links to files of the repository as links within the site.

    Args:
        origin: the file of the repository that the text is from; uri: the page's path in the site.

    A link to a file that is not there stays as it is, and the build refuses it.
    """

    def one(target: str) -> str:
        place, mark, anchor = target.partition("#")
        path = resolved(place, origin)
        if (
            not path
            or not (root / path).is_file()
            or site_path(path) == posixpath.join(posixpath.dirname(uri), place)
        ):
            return target
        return posixpath.relpath(site_path(path), posixpath.dirname(uri) or ".") + mark + anchor

    return replaced(markdown, one)


def copies(markdown: str, origin: str, root: Path) -> Iterator[str]:
    """Yield the files of the repository that a page links to and that are no pages of the site."""
    found: list[str] = []

    def seen(target: str) -> str:
        found.append(target)
        return target

    replaced(markdown, seen)
    for target in found:
        path = resolved(target.partition("#")[0], origin)
        if path and (root / path).is_file() and site_path(path).startswith(f"{COPIES}/"):
            yield path


def resolved(target: str, origin: str) -> str:
    """Return the path in the repository of a link's target; "" for an address and a heading."""
    if not target or ":" in target or target.startswith("/"):
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), target))
    return "" if path.startswith("..") else path


def replaced(markdown: str, change: Callable[[str], str]) -> str:
    """Return the text with the target of each link changed, but for those in code."""
    parts, inside, start = [], False, 0
    for match in FENCE.finditer(markdown):
        end = match.end() if inside else match.start()
        text = markdown[start:end]
        parts.append(text if inside else outside_spans(text, change))
        inside, start = not inside, end
    text = markdown[start:]
    return "".join([*parts, text if inside else outside_spans(text, change)])


def outside_spans(text: str, change: Callable[[str], str]) -> str:
    """Change the links of text without fences; a link's text may hold code, its target does not."""
    spans = [match.span() for match in SPAN.finditer(text)]

    def one(match: re.Match[str]) -> str:
        place = match.start("target")
        inside = any(start <= place < end for start, end in spans)
        return match[0] if inside else f"{match['head']}{change(match['target'])}{match['tail']}"

    return LINK.sub(one, text)
