"""Pages of the reference about settings: one for each group of conf/, and one that lists the groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_parts import code, fenced, folded, sentence, table

from rnnlab.run.config.catalog import ABOUT, Documented, Group, general, groups
from rnnlab.run.config.defaults import in_words, taken_from

FOLDER = "reference/settings"
HEADING = ("Setting", "Default", "Allowed", "Meaning")
AS_FILES = ("experiment", "debug", "kind")  # groups whose choices set what other groups have
HUGE = re.compile(r" and <= \d{10,}")
LONGEST = 90  # characters of a default in a table


def pages(root: Path) -> dict[str, str]:
    """Return Markdown by the path of its page under docs/."""
    found = groups(root / "conf")
    made = {f"{FOLDER}/{group.name}.md": group_page(group) for group in found}
    return {f"{FOLDER}/index.md": index(root, found), **made}


def index(root: Path, found: list[Group]) -> str:
    rows = [
        (f"[{code(group.name)}]({group.name}.md)", ABOUT[group.name], str(len(group.choices)))
        for group in found
    ]
    return "\n\n".join(
        [
            "# Settings",
            "A command selects a choice of a group with `GROUP=CHOICE` and changes one setting with "
            "`GROUP.KEY=VALUE`. `+GROUP.KEY=VALUE` adds a key that the choice does not list. All settings "
            "of a command, with their values: `python train.py task=tweets --cfg job --resolve`. "
            "These pages are made from the files of `conf/`, the comments in them, and the rules that check "
            "each value before a run.",
            "## Groups",
            table(("Group", "What it sets", "Choices"), rows),
            "## Settings outside the groups",
            setting_table(general(root / "conf")),
        ]
    )


def group_page(group: Group) -> str:
    parts = [f"# {group.name}", ABOUT[group.name], "## Choices", choice_table(group)]
    if group.name not in AS_FILES:
        parts += [part for names in by_class(group) for part in class_part(group, names)]
    return "\n\n".join(
        [*parts, "## Files { data-search-exclude }", *(as_file(group, name) for name in group.choices)]
    )


def choice_table(group: Group) -> str:
    return table(
        ("Choice", "What it is"), [(code(f"{group.name}={n}"), about(group, n)) for n in group.choices]
    )


def about(group: Group, name: str) -> str:
    """Describe a choice by its comment; one without has the base that it changes and what it changes."""
    choice, bases = group.choices[name], group.bases(name)
    if choice.about:
        return sentence(choice.about.removesuffix(":"))  # what follows the colon is an example
    own = [f"{key}: {in_words(one.value)}" for key, one in group.own(name).items() if key != "_target_"]
    if bases:
        return f"{code(bases[0])} with {code(', '.join(own))}."
    return f"The class {code(group.targets[name])}."


def by_class(group: Group) -> list[list[str]]:
    """Return the choices that share a class, the group's own default first."""
    found: dict[str, list[str]] = {}
    for name in group.choices:
        found.setdefault(group.targets[name], []).append(name)
    return sorted(found.values(), key=lambda names: (-len(names), names[0]))


def class_part(group: Group, names: list[str]) -> Iterator[str]:
    """Yield heading, introduction and table of the settings of choices that share a class."""
    rows: dict[str, Documented] = {}
    for name in [name for name in group.by_use if name in names]:
        for one in group.documented(name):
            rows.setdefault(one.key, one)
    if not rows:
        return
    target = group.targets[names[0]]
    title = target.rpartition(".")[2] or group.name
    yield f"## Settings of {title}" if target else "## Settings"
    if target:
        listed = ", ".join(code(name) for name in names)
        yield f"Of {listed}; the class is {code(target)}."
    wired = [one for one in rows.values() if one.meaning and one.meaning == taken_from(one.value)]
    yield setting_table([one for one in rows.values() if one not in wired])
    if wired:
        lines = [f"- {code(one.key)}: {one.meaning}" for one in wired]
        yield folded("Set by other settings: change those", "\n".join(lines))


def setting_table(found: list[Documented]) -> str:
    rows = [
        (
            f'<span id="{one.key}"></span>{code(one.key)}',
            code(shortened(one.default)),
            allowed(one),
            sentence(one.meaning),
        )
        for one in found
    ]
    return table(HEADING, rows)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 4] + " ..."


def allowed(one: Documented) -> str:
    """Describe the allowed values, without bounds that only keep numbers finite; without a rule, the type."""
    if one.allowed:
        return HUGE.sub("", one.allowed).replace(" (a number as text: \"'3'\")", "")
    names = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(one.value), "text" if isinstance(one.value, str) else "")


def as_file(group: Group, name: str) -> str:
    path = group.folder / f"{name}.yaml"
    return folded(f"conf/{group.name}/{name}.yaml", fenced(path.read_text(encoding="utf-8"), "yaml"))


def undocumented(root: Path) -> list[str]:
    """Return the groups without a description, and the settings without a meaning."""
    found = groups(root / "conf")
    missing = [f"{group.name}: no line in ABOUT" for group in found if group.name not in ABOUT]
    missing += [one.key for one in general(root / "conf") if not one.meaning]
    for group in found:
        if group.name not in AS_FILES:
            rows = [one for name in group.choices for one in group.documented(name)]
            missing += sorted({one.key for one in rows if not one.meaning})
    return missing
