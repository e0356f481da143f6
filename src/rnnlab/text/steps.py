"""The cleaning steps by name, in the one order in which they run."""

from __future__ import annotations

from rnnlab.text.censored import censored
from rnnlab.text.characters import lowercase, newlines, quotes, unicode, whitespace
from rnnlab.text.elongations import elongations
from rnnlab.text.emoji import emoji
from rnnlab.text.emoticons import emoticons
from rnnlab.text.hashtags import hashtags
from rnnlab.text.html import html_breaks, html_entities, html_tags
from rnnlab.text.negation import negation
from rnnlab.text.references import mentions, numbers, urls
from rnnlab.text.repair import repair
from rnnlab.text.shouting import shouting
from rnnlab.text.slang import slang
from rnnlab.text.step import Step

# Characters come first, so that each later step meets one form of each; then what holds other steps' signs
# (a link holds `#`, `:/` and digits; a hidden word `@` and `!`; a hashtag needs its capitals); then case,
# words that the table then knows (`omggg`, before `omg`), what the table brings (`don't`), and blanks.
STEPS: dict[str, Step] = {
    "repair": Step(repair),
    "html_breaks": Step(html_breaks),
    "html_tags": Step(html_tags),
    "html_entities": Step(html_entities, ("once", "all")),
    "unicode": Step(unicode, ("nfc", "nfkc")),
    "newlines": Step(newlines),
    "quotes": Step(quotes),
    "urls": Step(urls),
    "censored": Step(censored, ("mark", "word")),
    "mentions": Step(mentions),
    "shouting": Step(shouting),
    "hashtags": Step(hashtags, ("split", "words", "keep", "drop")),
    "emoji": Step(emoji, ("words", "keep", "drop")),
    "emoticons": Step(emoticons, ("words", "keep", "drop")),
    "numbers": Step(numbers),
    "lowercase": Step(lowercase),
    "elongations": Step(elongations),
    "slang": Step(slang),
    "negation": Step(negation),
    "whitespace": Step(whitespace),
}
