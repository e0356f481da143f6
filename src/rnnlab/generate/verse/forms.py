"""Verse forms: the number of lines, the rhyme scheme and the syllables of each line."""

from __future__ import annotations

from dataclasses import dataclass

from rnnlab.errors import SettingError


@dataclass(frozen=True)
class Form:
    """A form of verse.

    Attributes:
        name: the name as typed.
        scheme: a letter for each line; lines with the same letter rhyme. Empty if not a verse form.
        syllables: of each line.
        about: one phrase for people.
    """

    name: str
    scheme: str
    syllables: tuple[int, ...]
    about: str

    @property
    def lines(self) -> int:
        return len(self.scheme)

    def opens(self, line: int) -> bool:
        """Return whether a later line has to rhyme with this one, and no earlier one has to."""
        letter = self.scheme[line]
        return self.scheme.index(letter) == line and letter in self.scheme[line + 1 :]

    def earlier(self, line: int) -> list[int]:
        """Return the earlier lines that this one rhymes with."""
        return [other for other in range(line) if self.scheme[other] == self.scheme[line]]


ABC = Form("abc", "", (), "a tune in ABC notation whose bars add up")
_FORMS = (
    Form("sonnet", "ABABCDCDEFEFGG", (10,) * 14, "14 lines of ten syllables, ABAB CDCD EFEF GG"),
    Form("couplet", "AA", (10,) * 2, "two lines of ten syllables that rhyme"),
    Form("quatrain", "ABAB", (10,) * 4, "four lines of ten syllables, ABAB"),
    Form("ballad", "ABCB", (8, 6, 8, 6), "four lines of eight and six syllables, the even ones rhyme"),
    Form("limerick", "AABBA", (8, 8, 5, 5, 8), "five lines of eight and five syllables, AABBA"),
    ABC,
)
FORMS: dict[str, Form] = {form.name: form for form in _FORMS}


def form_of(name: str) -> Form:
    """Return the form of this name.

    Raises:
        SettingError: there is none.
    """
    if name not in FORMS:
        raise SettingError("--form", name, "must be the name of a form", FORMS)
    return FORMS[name]
