"""Swear words with some of their letters hidden, in one form each."""

from __future__ import annotations

import re

from rnnlab.text.marks import CENSORED, tidy

_ANY = "*#%@!$"  # signs that stand for any letter; some letters have others that look like them
_ALIKE = {"a": "4", "e": "3", "i": "1|", "o": "0", "u": "v", "t": "+"}
_SWEARING = re.findall(
    r"\w+",
    "motherfuckers motherfucker motherfucking fucking fuckin fuckers fucker fucked fucks fuck bullshit "
    "shitty shits shit bitches bitchy bitch assholes asshole asses ass dickhead dicks dick pussy cunts "
    "cunt cock bastards bastard whores whore sluts slut damned damn crappy crap niggers nigger niggas "
    "nigga faggots faggot pissed piss",
)


def _spellings(word: str) -> str:
    """A pattern of the ways to write a word: its first letter shows, each other one may be hidden."""
    return word[0] + "".join([f"[{letter}{re.escape(_ALIKE.get(letter, '') + _ANY)}]" for letter in word[1:]])


# the right border is one between letters only, so that a sign at the end frees nothing for a later step
_KNOWN = re.compile(
    "|".join([f"(?<!\\w)({_spellings(word)})(?:(?<!\\w)|(?!\\w))" for word in _SWEARING])
    + r"|(?<!\w)[a-z]{1,3}\*{2,}\w*|\$h[i!1*]t|[#$@&%*!]{4,}",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[*#%@!$|+]|\d")


def censored(text: str, mode: str = "mark") -> str:
    """A swear word with hidden letters (`f**k`, `sh*t`, `b!tch`) becomes `<censored>`, or the word (`word`).

    So do runs of at least three different signs (`#$@%`). In mode `word`, what is hidden beyond knowing stays
    `<censored>`. Words that are spelled out are left alone.
    """
    if not _SIGN.search(text):
        return text
    written = _KNOWN.sub(lambda m: _stable(m, mode), text)
    return tidy(written) if written != text else text


def _stable(match: re.Match[str], mode: str) -> str:
    found = match[0]
    hidden = {character for character in found if not character.isalpha()}
    shown = sum([character.isalpha() for character in found])
    if not shown:
        return f" {CENSORED} " if len(hidden) >= 3 else found
    if not hidden or (shown == 1 and not hidden <= {"*", "$"}):
        return found
    word = _SWEARING[match.lastindex - 1] if match.lastindex else CENSORED
    return f" {word if mode == 'word' else CENSORED} "
