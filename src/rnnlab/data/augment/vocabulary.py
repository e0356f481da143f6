"""Token properties that augmentation needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rnnlab.text.marks import MARK_PATTERN
from rnnlab.tokenizer.base import UNKNOWN_ID

_MARK = re.compile(MARK_PATTERN)
STOP_WORDS = frozenset(
    """
    a an the this that these those some any each every all both either neither such
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself they them their theirs themselves
    who whom whose which what where when why how
    am is are was were be been being do does did doing done have has had having
    can could may might must shall should will would ought
    and or but nor so yet if then else because as until while though although unless since than whether
    of at by for with about against between into through during before after above below to from up down in
    out on off over under onto upon within without toward towards across along among around
    again further once here there now just too also very only own same other
    no not never n't don't doesn't didn't isn't aren't wasn't weren't can't couldn't won't wouldn't shouldn't
    haven't hasn't hadn't cannot i'm i've i'd i'll you're you've you'd you'll he's she's it's we're we've
    we'd we'll they're they've they'd they'll that's there's what's who's let's
    """.split()  # noqa: SIM905
)
"""Words that carry grammar and not content: EDA neither replaces nor inserts them."""


def free_tokens(vocabulary: Sequence[str]) -> np.ndarray:
    """Return the free tokens, (V,) bool: all but marks (`<url>`, `<s>`, pad); the unknown token is free."""
    free = np.array([_MARK.fullmatch(token) is None for token in vocabulary], dtype=bool)
    free[UNKNOWN_ID] = True
    return free


def content_tokens(vocabulary: Sequence[str]) -> np.ndarray:
    """Return the content tokens, (V,) bool: words and word pieces with a letter, no marks, no stop words."""
    bare = [re.sub(r"^(##|\W|Ġ)+|(</w>)$", "", token).lower() for token in vocabulary]
    letters = [any(map(str.isalpha, token)) and token not in STOP_WORDS for token in bare]
    content = free_tokens(vocabulary) & np.array(letters, dtype=bool)
    content[UNKNOWN_ID] = False
    return content
