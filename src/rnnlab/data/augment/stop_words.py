"""Words that carry grammar and not content: EDA neither replaces nor inserts them."""

from __future__ import annotations

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
