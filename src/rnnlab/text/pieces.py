"""Detection of the cleaning steps that cannot change a text, from its pieces between blanks."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import reduce
from operator import or_

_MOST = 2**17  # pieces that are remembered at once, some tens of megabytes
_LONGEST = 40  # characters; longer pieces hardly come again

ENDS = ".,?:;\"'"  # marks around a word that no step looks at


def is_plain(piece: str) -> bool:
    """Return whether a piece is a word of letters alone, except for marks around it; most are."""
    return piece.strip(ENDS).isalpha()


Touches = Callable[[str], bool]
"""Returns for a piece without blanks whether a step may change a text that contains it."""


class Pieces(dict[str, int]):
    """The steps that may change a text, as the bits of a number.

    A cache: most pieces recur, so that a text costs one table look-up per piece, where the steps together
    would read it a dozen times.

    Args:
        touches: a test for each bit, the lowest first.
        settling: numbers of the tests after which the later ones are skipped.
    """

    def __init__(self, touches: Sequence[Touches], settling: Container[int] = ()) -> None:
        self._touches = [(1 << place, test, place in settling) for place, test in enumerate(touches)]

    def __missing__(self, piece: str) -> int:
        found = 0
        for bit, test, settles in self._touches:
            if test(piece):
                found |= bit
                if settles:
                    break
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = found
        return found

    def bits(self, text: str) -> int:
        """Return the bits of all pieces of `text` together."""
        return reduce(or_, map(self.__getitem__, text.split()), 0)
