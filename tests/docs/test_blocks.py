"""Every block of code in README.md and docs/ is checked by a test, or a mark above it says why not.

Lines of bash blocks are trainings, which test_docs.py composes, or `rnnlab COMMAND` lines, which are parsed
here (test_docs.py and test_readme.py order and run them). Python blocks run here; those of docs/adding.md are
run by test_docs.py and tests/outside. Any other block has `<!-- not run: reason -->` directly above.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from rnnlab.cli import _parsed, parser_of
from rnnlab.sweep.command import read_line

ROOT = Path(__file__).parents[2]
NAMES = ("README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")))
OPENING = re.compile(r"^( *)```(\w*)")
MARK = re.compile(r"<!-- (not run: \S.*|ci: \w[\w ]*) -->")
SHELL = ("bash", "sh", "console")
# a code block without its language, which would be taken for what a command prints
CODE = re.compile(r"^(\$? ?(python|rnnlab|pip|curl|make) |from \S+ import |import \w)")
OWN_TESTS = {("docs/adding.md", "python"), ("docs/adding.md", "yaml"), ("docs/adding.md", "sh")}
OWN_TESTS |= {("docs/sweeps.md", "yaml")}


class Block(NamedTuple):
    """A fenced block: its page and line, its language, the line above, and its lines."""

    page: str
    line: int
    kind: str
    above: str
    body: tuple[str, ...]

    @property
    def commands(self) -> list[str]:
        """The lines of a shell, continuations joined, without comments and empty lines."""
        joined = "\n".join(self.body).replace("\\\n", " ").splitlines()
        return [line.strip() for line in joined if line.strip() and not line.strip().startswith("#")]


def blocks(page: str) -> list[Block]:
    lines, found, place = (ROOT / page).read_text(encoding="utf-8").splitlines(), [], 0
    while place < len(lines):
        opening = OPENING.match(lines[place])
        if opening:
            end = next(n for n in range(place + 1, len(lines)) if lines[n].strip() == "```")
            above = lines[place - 1].strip() if place else ""
            found.append(Block(page, place + 1, opening[2], above, tuple(lines[place + 1 : end])))
            place = end
        place += 1
    return found


ALL = [block for page in NAMES for block in blocks(page)]


def checked(block: Block) -> bool:
    """Whether tests check all of a block."""
    if (block.page, block.kind) in OWN_TESTS or (block.page, block.kind) == ("README.md", "bash"):
        return True
    if block.kind in SHELL:
        composed = block.kind == "bash" and not any("resume=" in line for line in block.commands)
        return all(
            line.startswith("rnnlab ") or (composed and line.startswith("python train.py"))
            for line in block.commands
        )
    if block.kind == "python":
        return runs_here(block)
    return is_refusal(block) or (block.kind in ("", "text") and not any(map(CODE.match, block.body)))


def runs_here(block: Block) -> bool:
    own = block.kind == "python" and (block.page, block.kind) not in OWN_TESTS
    return own and not MARK.fullmatch(block.above)


def is_refusal(block: Block) -> bool:
    """Whether a block shows trainings that are refused, with the errors."""
    return block.kind == "" and block.body[0].startswith("$ python train.py ")


def name_of(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.mark.parametrize("page", NAMES)
def test_each_block_is_checked_or_says_why_not(page: str) -> None:
    missing = [
        f"{page}:{block.line}: give it `<!-- not run: reason -->`, its language, or lines that tests check"
        for block in ALL
        if block.page == page and not checked(block) and not MARK.fullmatch(block.above)
    ]
    assert missing == []


@pytest.mark.parametrize("block", [one for one in ALL if runs_here(one)], ids=name_of)
def test_python_shown_runs(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(block.body), name_of(block), "exec"), {})


@pytest.mark.parametrize("block", [one for one in ALL if is_refusal(one)], ids=name_of)
def test_errors_shown_are_those_that_are_printed(block: Block, capsys: pytest.CaptureFixture[str]) -> None:
    for part in "\n".join(block.body).split("$ python train.py ")[1:]:
        line, *shown = part.strip().splitlines()
        with pytest.raises(SystemExit, match="2"):
            read_line(shlex.split(line), ROOT / "conf")
        printed = capsys.readouterr().err.splitlines()
        assert len(printed) == len(shown), line
        assert all(
            one.startswith(text.removesuffix("...")) for one, text in zip(printed, shown, strict=True)
        ), line


def test_marks_stand_above_a_block() -> None:
    used = {(block.page, block.line - 1) for block in ALL}
    lines = [(page, n, line) for page in NAMES for n, line in enumerate(read(page), 1)]
    assert [
        (page, n) for page, n, line in lines if MARK.fullmatch(line.strip()) and (page, n) not in used
    ] == []


def read(page: str) -> list[str]:
    return (ROOT / page).read_text(encoding="utf-8").splitlines()


LINES = sorted(
    {line for one in ALL if one.kind in SHELL for line in one.commands if line.startswith("rnnlab ")}
)


@pytest.mark.parametrize("line", LINES)
def test_options_of_a_command_shown_are_there(line: str) -> None:
    words = shlex.split(re.split(r" [|<>] ", line)[0], comments=True)[1:]
    if words[0] not in ("train", "new", "--version", "--help") and "--help" not in words:
        _parsed(parser_of(words[0]), words[1:])
