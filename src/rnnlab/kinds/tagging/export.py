"""Export of a finished tagger. B rows, T words, K tags."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from rnnlab.data.tagged_words import FIRST_LETTER, EncodedWords, PaddedWords, WordEncoder
from rnnlab.evaluation.entity_scores import entity_counts, entity_scores
from rnnlab.export.card import size_said
from rnnlab.export.exportable import TRAINED, Exportable, Measured, text_settings
from rnnlab.export.parity import random_ids, random_lengths, relative
from rnnlab.export.quantise import ROWS, milliseconds
from rnnlab.export.tagger import tagger_graph
from rnnlab.finished import FinishedRun
from rnnlab.kinds.tagging.answer import TagAnswers
from rnnlab.kinds.tagging.chain import best_paths
from rnnlab.kinds.tagging.network import chain_of, network_of
from rnnlab.kinds.tagging.predictions import read_predictions
from rnnlab.kinds.tagging.runtime import feed

USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model.predict("a text")           # TaggedText(spans=[Entity(type=..., text=..., ...)], words=..., tags=...)
model.predict(["a", "text"])      # words that are split already
model.predict_batch(["one", "two"])"""
MOST_PIECES, MOST_LETTERS = 4, 12  # of random words
MOST_SENTENCES = 500  # of the test, that the graph has to tag as the network does


def exportable(run: FinishedRun) -> Exportable:
    """Return the run's network, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    facts = run.facts
    own = {name: facts[name] for name in ("tags", "scheme", "alphabet", "subwords")}
    kinds = sorted({tag.partition("-")[2] or tag for tag in facts["tags"]} - {"O"})
    limits = [TRAINED, "It splits texts into words by fixed rules; lists of words are taken as they are."]
    if facts["scheme"]:
        limits.append("Names of another kind than those of its training texts are found less often.")
    tested = tested_sentences(run)
    same = f"the tags of {len(tested):,} sentences of its test are the same, word for word"
    return Exportable(
        tagger_graph(run.network, facts["subwords"]),
        partial(differences, run),
        f"A recurrent tagger of words: {', '.join(kinds)}{size_said(run)}.",
        USAGE,
        limits,
        {**own, **text_settings(run)},
        notes=[same] if tested else [],
        cost=partial(cost, run),
    )


def differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Yield differences of emissions at real words, and of transitions, for batches of random words."""
    encoder, network = TagAnswers.of_run(run).encoder, network_of(run)
    chain = chain_of(run.network)
    for lengths, generator in random_lengths():
        words = random_words(encoder, lengths, generator)
        found, *transitions = session.run(["emissions", *chain._fields], feed(words))
        real = np.arange(found.shape[1]) < lengths[:, None]  # (B, T)
        yield relative(found[real], network(words)[real])
        for own, part in zip(transitions, chain, strict=True):
            open_ = np.isfinite(part)
            yield relative(own[open_], part[open_]) if np.array_equal(open_, np.isfinite(own)) else np.inf

    yield from sentence_differences(run, session)


def tested_sentences(run: FinishedRun) -> list[list[str]]:
    """Return the words of the first sentences that the run was tested on, as it has saved them."""
    found = read_predictions(run.folder.predictions, run.facts["scheme"])
    return [] if found is None else found.words[:MOST_SENTENCES]


def sentence_differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Yield the difference of emissions for each test sentence, infinite where a tag differs."""
    answers, network = TagAnswers.of_run(run), network_of(run)
    for words in tested_sentences(run):
        padded = answers.encoder.padded([answers.encoder(words)])
        own, (found,) = network(padded), session.run(["emissions"], feed(padded))
        first, second = (best_paths(one, padded.lengths, answers.chain) for one in (own, found))
        yield relative(found, own) if np.array_equal(first, second) else np.inf


def random_words(encoder: WordEncoder, lengths: np.ndarray, generator: np.random.Generator) -> PaddedWords:
    """Draw words of random pieces and letters for rows of these lengths (B,)."""
    most = MOST_PIECES if encoder.subwords else 1
    rows = []
    for length in lengths.tolist():
        sizes = generator.integers(1, most + 1, length)
        ids = random_ids(encoder.tokenizer, int(sizes.sum()), generator)
        letters = np.zeros((length, 0), np.int64)
        if encoder.alphabet is not None:
            letters = generator.integers(1, len(encoder.alphabet) + FIRST_LETTER, (length, MOST_LETTERS))
            letters *= np.arange(MOST_LETTERS) < generator.integers(1, MOST_LETTERS + 1, (length, 1))
        rows.append(EncodedWords(ids, sizes, letters))
    return encoder.padded(rows)


def cost(run: FinishedRun, sessions: list[Any]) -> Measured:
    """Return F1 of entities over validation rows, or accuracy of tags that mark none, and milliseconds a
    row.
    """
    facts, data = run.facts, run.data()
    encoder, chain = TagAnswers.of_run(run).encoder, chain_of(run.network)
    words = [list(row) for row in data.inputs("validation")[:ROWS]]
    feeds = [feed(encoder.padded([encoder(row)])) for row in words]
    labels = [[facts["tags"][tag] for tag in row] for row in data.targets("validation")[:ROWS]]
    found = []
    for session in sessions:
        read = [session.run(["emissions"], one)[0] for one in feeds]
        paths = [best_paths(one, np.array([one.shape[1]]), chain)[0] for one in read]
        tags = [[facts["tags"][tag] for tag in path] for path in paths]
        scores = entity_scores(entity_counts(labels, tags, facts["scheme"]))
        found.append((scores["f1"], milliseconds(session, feeds)))
    return f"{'F1' if facts['scheme'] else 'accuracy'} on validation", found
