"""Normalisation of swear words with hidden letters."""

from __future__ import annotations

import re

from rnnlab.text.marks import CENSORED, tidy
from rnnlab.text.pieces import is_plain

_ANY = "*#%@"  # signs that stand for any letter within a word; some letters have others that look like them
_ALIKE = {"a": "4", "e": "3", "i": "1!|", "o": "0", "s": "$", "t": "+"}
_SWEARING = re.findall(
    r"\w+",
    "motherfuckers motherfucker motherfucking fucking fuckin fuckers fucker fucked fucks fuck bullshit "
    "shitty shits shit bitches bitchy bitch assholes asshole asses ass dickhead dicks dick pussy cunts "
    "cunt cock bastards bastard whores whore sluts slut damned damn crappy crap niggers nigger niggas "
    "nigga faggots faggot pissed piss",
)


def _spellings(word: str) -> str:
    """Return a pattern of the spellings of a word: its first letter shows, each other one may be hidden."""
    spelled = [word[0]]
    for place, letter in enumerate(word[1:], 2):
        signs = "*" if place == len(word) else _ANY  # `fuck#win` has no hidden s
        spelled.append(f"[{letter}{re.escape(_ALIKE.get(letter, '') + signs)}]")
    return "".join(spelled)


# with only the first letter visible, these are the usual words
_TOLD_BY_LENGTH = {"fuck", "fucking", "shit", "bitch", "ass"}
# the right border is one between letters only, so that a sign at the end frees nothing for a later step; the
# left border and the first letters precede all words, which saves forty tests at most places
_FIRST = "".join(sorted({word[0] for word in _SWEARING}))
_WORDS = "|".join([f"({_spellings(word)})(?:(?<!\\w)|(?!\\w))" for word in _SWEARING])
_KNOWN = re.compile(
    rf"(?<!\w)(?:(?=[{_FIRST}])(?:{_WORDS})|[a-z]{{1,3}}\*{{2,}}\w*)|\$h[i!1*]t(?!\w)|[#$@&%*!]{{4,}}",
    re.IGNORECASE,
)
# most texts hold nothing hidden, and forty words take long to look for
_HINT = re.compile(r"[a-z](?:\*|\$\$|[*#%@!$|+\d]+[a-z*$])|\$h|[#$@&%*!]{4}", re.IGNORECASE)


def censored(text: str, mode: str = "mark") -> str:
    """Replace censored swear words (`f**k`, `sh*t`, `b!tch`) by `<censored>`, or by the word (`word`).

    Runs of at least three different signs (`#$@%`) are replaced too. In mode `word`, a word that cannot be
    recognised becomes `<censored>`. Words that are spelled out are unchanged.
    """
    if not _HINT.search(text):
        return text
    written = _KNOWN.sub(lambda m: _stable(m, mode), text)
    return tidy(written) if written != text else text


def _stable(match: re.Match[str], mode: str) -> str:
    found = match[0]
    hidden = {character for character in found if not character.isalpha()}
    shown = sum([character.isalpha() for character in found])
    if not shown:
        signs = found.rstrip("@")  # the last may begin a name
        return f" {CENSORED} {found[len(signs) :]}" if len(signs) > 3 and len(set(signs)) > 2 else found
    if not hidden or (shown == 1 and not hidden <= {"*", "$"}):
        return found
    word = _SWEARING[match.lastindex - 1] if match.lastindex else "shit" if found[0] == "$" else CENSORED
    told = mode == "word" and (shown > 1 or word in _TOLD_BY_LENGTH)
    return f" {word if told else CENSORED} "


def hides(piece: str) -> bool:
    """Return whether a piece of a text may be a word with hidden letters."""
    return not is_plain(piece) and _HINT.search(piece) is not None
