"""Pages of the reference about the Python API, read from the source by griffe: nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe
from markdown_parts import code, fenced

Item = Any  # an object of griffe, whose members differ by kind
FOLDER = "reference/python"
# module: the title of its page, and what the page begins with
MODULES = {
    "rnnlab": ("Runs in Python", "Finished runs, opened from Python and notebooks: `import rnnlab`."),
    "rnnlab.runtime": (
        "Exported models in Python",
        "Models that `rnnlab export` wrote, without torch: `from rnnlab.runtime import open_model`.",
    ),
}


def pages(root: Path) -> dict[str, str]:
    """Return Markdown by the path of its page under docs/."""
    package = griffe.load(
        "rnnlab", search_paths=[root / "src"], resolve_aliases=False, docstring_parser="google"
    )
    return {
        f"{FOLDER}/{module.replace('.', '_')}.md": page(package, root, module, title, about)
        for module, (title, about) in MODULES.items()
    }


def public_names(root: Path, module: str) -> dict[str, str]:
    """Return the dotted place of each public name of a module: from `public.NAMES`, or from its imports."""
    if module == "rnnlab":
        tree = ast.parse((root / "src/rnnlab/public.py").read_text(encoding="utf-8"))
        named = next(
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NAMES"
        )
        return {name: f"{place}.{name}" for name, place in ast.literal_eval(named).items()}
    path = root / "src" / Path(*module.split("."))
    tree = ast.parse(path.with_suffix(".py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: f"{node.module}.{alias.name}" for node in imports for alias in node.names}


def page(package: Item, root: Path, module: str, title: str, about: str) -> str:
    names = public_names(root, module)
    parts = [f"# {title}", about]
    for name in sorted(names, key=lambda name: (name[0].isupper(), name)):
        parts += entry(found(package, names[name]), f"{module}.{name}")
    return "\n\n".join(parts)


def found(package: Item, place: str) -> Item:
    """Return the class or function at a dotted place, through the re-exports of packages."""
    item = package[place.removeprefix("rnnlab.")]
    while item.is_alias:
        item = package[item.target_path.removeprefix("rnnlab.")]
    return item


def entry(item: Item, name: str, level: int = 2) -> Iterator[str]:
    """Yield heading, signature, docstring and, of a class, the public members with a docstring."""
    yield f"{'#' * level} {name}"
    yield fenced(signature(item, name), "python")
    yield from docstring(item)
    for member in members(item):
        yield from entry(member, f"{name.rpartition('.')[2]}.{member.name}", level + 1)


def members(item: Item) -> list[Item]:
    """Return the public functions and properties of a class that have a docstring."""
    if not item.is_class:
        return []
    inside = [one for one in item.members.values() if not one.is_alias and not one.name.startswith("_")]
    return [
        one
        for one in inside
        if one.docstring and (one.is_function or "property" in one.labels or "cached" in one.labels)
    ]


def signature(item: Item, name: str) -> str:
    short = name.rpartition(".")[2] if item.parent and item.parent.is_module else name
    if item.is_attribute:
        return f"{short}: {item.annotation}"
    function = item.members.get("__init__") if item.is_class else item
    if function is None:
        fields = [
            f"{one.name}: {one.annotation}"
            for one in item.members.values()
            if one.is_attribute and one.annotation
        ]
        return f"{short}({', '.join(fields)})"
    found = [parameter(one) for one in function.parameters if one.name not in ("self", "cls")]
    returns = f" -> {item.returns}" if item.is_function and item.returns else ""
    line = f"{short}({', '.join(found)}){returns}"
    return line if len(line) <= 90 else f"{short}(\n    " + ",\n    ".join(found) + f",\n){returns}"


def parameter(one: griffe.Parameter) -> str:
    star = {"variadic positional": "*", "variadic keyword": "**"}.get(one.kind.value if one.kind else "", "")
    annotation = f": {one.annotation}" if one.annotation else ""
    default = f" = {one.default}" if one.default is not None and not star else ""
    return f"{star}{one.name}{annotation}{default}"


def docstring(item: Item) -> Iterator[str]:
    """Yield the parts of a docstring: text as it is, and arguments, attributes and errors as lists."""
    if item.docstring is None:
        return
    for section in item.docstring.parse("google"):
        if section.kind is griffe.DocstringSectionKind.text:
            yield str(section.value)
        elif isinstance(section.value, list):
            lines = [f"- {code(titled(one))}: {' '.join(one.description.split())}" for one in section.value]
            yield f"**{section.kind.value.capitalize()}**"
            yield "\n".join(lines)


def titled(one: griffe.DocstringElement) -> str:
    return str(getattr(one, "name", "") or one.annotation or "")


def undocumented(root: Path) -> list[str]:
    """Return the public names without a docstring."""
    package = griffe.load("rnnlab", search_paths=[root / "src"], resolve_aliases=False)
    places = [place for module in MODULES for place in public_names(root, module).values()]
    return [place for place in places if found(package, place).docstring is None]
