"""Pronunciations of words derived from known ones: remove a prefix or suffix, then add its sounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_VOICELESS = {"P", "T", "K", "F", "TH", "S", "SH", "CH"}
_HISSING = {"S", "Z", "SH", "ZH", "CH", "JH"}
# suffixes and their sounds; those of -d and -s depend on the sound before
_ENDINGS = {
    "'d": "d",
    "ed": "d",
    "'s": "s",
    "s": "s",
    "s'": "s",
    "'st": "S T",
    "est": "AH0 S T",
    "st": "S T",
    "eth": "IH0 TH",
    "ing": "IH0 NG",
    "in'": "IH0 N",
    "er": "ER0",
    "ers": "ER0 Z",
    "ly": "L IY0",
    "ness": "N AH0 S",
    "less": "L AH0 S",
    "ful": "F AH0 L",
    "ment": "M AH0 N T",
    "ship": "SH IH0 P",
    "hood": "HH UH2 D",
    "like": "L AY2 K",
    "'t": "T",
    "'rt": "R T",
    "'ld": "D",
    "'ll": "L",
    "'ve": "V",
}
_BEGINNINGS = {
    "un": "AH0 N",
    "re": "R IY0",
    "mis": "M IH0 S",
    "dis": "D IH0 S",
    "fore": "F AO0 R",
    "out": "AW0 T",
    "over": "OW0 V ER0",
    "under": "AH0 N D ER0",
    "be": "B IH0",
    "en": "EH0 N",
    "self": "S EH1 L F",
}
# by their last and first letter, the longest ending first
_BY_LAST = {
    letter: sorted(
        (item for item in _ENDINGS.items() if item[0][-1] == letter), key=lambda item: -len(item[0])
    )
    for letter in {ending[-1] for ending in _ENDINGS}
}
_BY_FIRST = {
    letter: [item for item in _BEGINNINGS.items() if item[0][0] == letter]
    for letter in {beginning[0] for beginning in _BEGINNINGS}
}
_SPELLED = (("our", "or"), ("ence", "ense"), ("ise", "ize"), ("ogue", "og"), ("ck", "c"), ("l", "ll"))


class Parts(NamedTuple):
    """A possible base word and the sounds around it; `d` and `s` depend on the word."""

    before: str
    base: str
    after: str


def parts_of(word: str) -> Iterator[Parts]:
    """Yield the possible parts, likeliest first; the caller checks whether the base is a word."""
    for one, other in _SPELLED:
        if one in word:
            yield Parts("", word.replace(one, other), "")
    for ending, sounds in _BY_LAST.get(word[-1:], ()):
        if word.endswith(ending):
            for base in _bases(word.removesuffix(ending), ending):
                yield Parts("", base, sounds)
    for beginning, sounds in _BY_FIRST.get(word[:1], ()):
        if word.startswith(beginning):
            yield Parts(sounds, word.removeprefix(beginning), "")


def _bases(stem: str, ending: str) -> Iterator[str]:
    if len(stem) < 2:
        return
    yield stem
    if ending[0] in "'e" or ending in ("ing", "st"):
        yield stem + "e"
        if stem[-1] == stem[-2]:
            yield stem[:-1]
    if stem.endswith("i"):
        yield stem[:-1] + "y"


def join(before: str, sounds: str, after: str) -> str:
    """Join the sounds into those of the whole word: `T AH1 CH` and `d` are `T AH1 CH T`."""
    last = sounds.rpartition(" ")[2]
    if after == "d":
        after = "IH0 D" if last in {"T", "D"} else "T" if last in _VOICELESS else "D"
    elif after == "s":
        after = "IH0 Z" if last in _HISSING else "S" if last in _VOICELESS else "Z"
    elif after == "S T" and last in _HISSING:
        after = "T" if last == "S" else "AH0 S T"
    elif after in {"L", "V", "D"} and not last[-1].isdigit():
        after = f"AH0 {after}"
    return " ".join(filter(None, (before, sounds, after)))


def elided(word: str) -> Iterator[str]:
    """Yield the words that an apostrophe for a vowel may stand for: `heaven` for `heav'n`."""
    for place, character in enumerate(word if "'" in word else ""):
        if character == "'" and 0 < place < len(word) - 1:
            yield from (word[:place] + vowel + word[place + 1 :] for vowel in "eioua")


def without_vowel(sounds: str) -> str:
    """Remove the last unstressed vowel, if there is one: `HH EH1 V N` of `HH EH1 V AH0 N`."""
    place = sounds.rfind("0")
    if place < 0:
        return sounds
    vowel = sounds[place - 2 : place]
    kept = sounds[: place - 2] + ("R" if vowel == "ER" else "") + sounds[place + 1 :]
    return " ".join(kept.split())
