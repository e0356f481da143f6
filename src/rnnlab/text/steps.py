"""The cleaning steps by name, in the fixed order in which they run."""

from __future__ import annotations

from rnnlab.text.censored import censored, hides
from rnnlab.text.characters import holds_quote, lowercase, newlines, quotes, unicode, whitespace
from rnnlab.text.elongations import drawn_out, elongations
from rnnlab.text.emoji import emoji, holds_sign
from rnnlab.text.emoticons import draws, emoticons
from rnnlab.text.hashtags import hashtags, holds_tag
from rnnlab.text.html import holds_bracket, holds_entity, html_breaks, html_entities, html_tags
from rnnlab.text.negation import denies, negation
from rnnlab.text.references import holds_link, holds_name, holds_number, mentions, numbers, urls
from rnnlab.text.repair import repair
from rnnlab.text.shouting import shouting, shouts
from rnnlab.text.slang import holds_slang, slang
from rnnlab.text.step import Step

# Characters come first, so that later steps meet one form of each; then tokens that contain signs of other
# steps (links have `#`, `:/` and digits; censored words `@` and `!`; hashtags need their capitals); then
# case, elongations before the slang table (`omggg` to `omg`), negation after it (`don't`), and blanks.
STEPS: dict[str, Step] = {
    "repair": Step(repair),
    "html_breaks": Step(html_breaks, touches=holds_bracket),
    "html_tags": Step(html_tags, touches=holds_bracket),
    "html_entities": Step(html_entities, ("once", "all"), touches=holds_entity),
    "unicode": Step(unicode, ("nfc", "nfkc")),
    "newlines": Step(newlines),
    "quotes": Step(quotes, touches=holds_quote),
    "urls": Step(urls, touches=holds_link, settles=True),
    "censored": Step(censored, ("mark", "word"), touches=hides),
    "mentions": Step(mentions, touches=holds_name, settles=True),
    "shouting": Step(shouting, touches=shouts),
    "hashtags": Step(hashtags, ("split", "words", "keep", "drop"), touches=holds_tag, settles=True),
    "emoji": Step(emoji, ("words", "keep", "drop"), touches=holds_sign),
    "emoticons": Step(emoticons, ("words", "keep", "drop"), touches=draws),
    "numbers": Step(numbers, touches=holds_number, settles=True),
    "lowercase": Step(lowercase, folds=True),
    "elongations": Step(elongations, touches=drawn_out),
    "slang": Step(slang, touches=holds_slang),
    "negation": Step(negation, touches=denies),
    "whitespace": Step(whitespace),
}
