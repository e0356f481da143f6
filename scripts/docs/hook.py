"""What MkDocs calls while it builds the site: it adds the generated pages and mends links that leave docs/.

MkDocs imports it by its path (`hooks:` in mkdocs.yml). The pages themselves are made by the modules beside
it, which know nothing of MkDocs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parent))

import api_pages
import command_pages
import links
import notebook_pages
import settings_pages
from mathml import with_mathml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

EVERY = "/*.md"  # an entry of the nav that stands for every page of its folder
AS_PAGES = {page: source for source, page in links.PAGES.items() if page != "index.md"}


class Site:
    """The pages of one build that are not files of docs/."""

    pages: ClassVar[dict[str, str | bytes]] = {}
    root: ClassVar[Path] = Path()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make the pages, and put those of whole folders into the nav."""
    Site.root = root = Path(config.config_file_path).parent
    Site.pages = {
        **settings_pages.pages(root),
        **command_pages.pages(),
        **api_pages.pages(root),
        **notebook_pages.pages(root),
    }
    for page, source in AS_PAGES.items():
        if (root / source).is_file():
            Site.pages[page] = (root / source).read_text(encoding="utf-8")
    of_docs = [path.relative_to(config.docs_dir).as_posix() for path in Path(config.docs_dir).rglob("*.md")]
    config.nav = expanded(config.nav or [], sorted({*Site.pages, *of_docs}))
    return config


def expanded(nav: list[Any], pages: list[str]) -> list[Any]:
    """Return the nav with the pages of a folder in place of `FOLDER/*.md`, its index first."""
    found: list[Any] = []
    for entry in nav:
        if isinstance(entry, dict):
            found += [
                {title: expanded(below, pages) if isinstance(below, list) else below}
                for title, below in entry.items()
            ]
        elif entry.endswith(EVERY):
            inside = [page for page in pages if page.rpartition("/")[0] == entry.removesuffix(EVERY)]
            found += sorted(
                (page for page in inside if page.endswith(".md")),
                key=lambda page: (not page.endswith("/index.md"), page),
            )
        else:
            found.append(entry)
    return found


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and the files of the repository that pages link to."""
    for uri, content in Site.pages.items():
        files.append(File.generated(config, uri, content=content))
    texts = {file.src_uri: file.content_string for file in files.documentation_pages()}
    linked = {path for uri, text in texts.items() for path in links.copies(text, origin(uri), Site.root)}
    linked |= {path.relative_to(Site.root).as_posix() for path in (Site.root / "notebooks").rglob("*.ipynb")}
    for path in sorted(linked):
        uri = path if path.endswith(".ipynb") else links.site_path(path)
        files.append(File.generated(config, uri, abs_src_path=str(Site.root / path)))
    return files


def origin(uri: str) -> str:
    """Return the file of the repository that a page of the site is from; "" for one that is made."""
    if uri in AS_PAGES:
        return AS_PAGES[uri]
    if uri.startswith("notebooks/"):
        return uri.removesuffix(".md") + ".ipynb"
    return "" if uri in Site.pages else f"docs/{uri}"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    source = origin(page.file.src_uri)
    return links.rewritten(markdown, source, page.file.src_uri, Site.root) if source else markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    return with_mathml(html).replace("<th></th>", "<td></td>")  # a table's corner heads nothing
