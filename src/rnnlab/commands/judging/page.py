"""The board as a self-contained HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnlab.atomic import write_whole
from rnnlab.commands.judging.charts import temperature_charts
from rnnlab.commands.judging.material import Entry
from rnnlab.evaluation.quality.copied import Copy, passage
from rnnlab.report.page.document import document
from rnnlab.report.page.markup import fold, number, section, table, text

WHOLE = {"longest copy"}  # measures that are counts
SHOWN = 3  # texts of each row
# The measures in tables that a page can hold without cutting them.
GROUPS = {
    "How likely the held-out text is": ("nats (windows)", "nats (stream)", "entropy"),
    "What is copied from the training text": (
        *("longest copy", "8-grams copied", "16-grams copied", "32-grams copied"),
    ),
    "Variety": ("distinct-1", "distinct-2", "self-BLEU", "loops"),
    "Words and sense": ("real words", "coherence"),
    "Form": ("lines apart", "speeches apart", "marks apart", "headed speeches", "closed brackets"),
    "Against what people wrote behind the same prompts": ("BLEU", "ROUGE-L"),
}
ABOUT = {
    "nats (windows)": "of a character of the held-out text, each window from an empty state; lower is better",
    "nats (stream)": "the same, the state carried through the whole text",
    "longest copy": "characters of the longest stretch that stands in the training text",
    "8-grams copied": "share of runs of so many characters that stand in the training text",
    "distinct-1": "different words over words (Li et al. 2016); distinct-2 of pairs",
    "self-BLEU": "of each text against the others (Zhu et al. 2018): low where they differ",
    "entropy": "of the next token, in nats, along the held-out text",
    "real words": "share of words that the training text has",
    "coherence": "mean cosine of neighbouring runs of 30 words in a latent space (Foltz et al. 1998)",
    "loops": "share of texts that end in the same words said again and again",
    "lines apart": "Wasserstein's distance of lines' lengths to the training text's; of speeches' lines",
    "marks apart": "Jensen-Shannon distance of punctuation to the training text's",
    "headed speeches": "share that a speaker's name begins",
    "BLEU": "against what people wrote behind the same prompts; ROUGE-L likewise",
}


def columns_of(entries: Sequence[Entry]) -> list[str]:
    """Return all measures in their order, each once."""
    return list(dict.fromkeys(name for entry in entries for name in entry.measured))


def write_page(
    entries: Sequence[Entry],
    copies: Sequence[Sequence[Copy]],
    training: str,
    path: Path,
    more: Sequence[str] = (),
) -> Path:
    """Write the HTML; the sections in `more` follow the charts."""
    about = table(["measure", "what it is"], [[text(k), text(v)] for k, v in ABOUT.items()], left=2)
    samples = "".join(_samples(*pair, training) for pair in zip(entries, copies, strict=True))
    sections = [
        section("board", "Board", _tables(entries)),
        section("temperature", "Over temperature", temperature_charts(entries)),
        *more,
        section("samples", "Texts", samples, "Below each text its longest copy, and where that stands."),
        section("measures", "Measures", about),
    ]
    names = ", ".join(dict.fromkeys(entry.run for entry in entries if entry.run))
    below = f'<p class="dim">{text(names)}</p>'
    write_whole(path, document("rnnlab quality board", "Quality board", below, sections, "rnnlab judge"))
    return path


def _tables(entries: Sequence[Entry]) -> str:
    """Return a table for each group of measures that some source has, and one for any others."""
    known = columns_of(entries)
    grouped = {name for names in GROUPS.values() for name in names}
    groups = {**GROUPS, "Others": tuple(name for name in known if name not in grouped)}
    parts = []
    for caption, names in groups.items():
        columns = [name for name in names if name in known]
        rows = [[text(e.name), *(_number(name, e.measured.get(name)) for name in columns)] for e in entries]
        own = [row for row in rows if set(row[1:]) - {number(None)}]  # sources that have any of them
        parts += [f"<div>{table(['source', *columns], own, caption)}</div>"] if columns and own else []
    return f'<div class="beside">{"".join(parts)}</div>'


def _number(name: str, value: float | None) -> str:
    """Format a measure; a number of characters has no decimals."""
    return number(value, 0 if name in WHOLE else 4)


def _samples(entry: Entry, copies: Sequence[Copy], training: str) -> str:
    parts = []
    for told, copy in list(zip(entry.texts, copies, strict=True))[:SHOWN]:
        near = text(passage(training, copy))
        copied = text(told[copy.start : copy.start + copy.length])
        parts.append(
            f"<pre>{text(told)}</pre><p class='small'>longest copy, {copy.length} characters: "
            f"<q>{copied}</q>; it stands in</p><pre class='small'>{near}</pre>"
        )
    return fold(entry.name, "".join(parts), is_open=entry.temperature is not None and not parts[1:])
