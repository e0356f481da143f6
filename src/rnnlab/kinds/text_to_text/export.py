"""Export of a finished encoder-decoder: its graphs, and the check that they write what the network writes.

Shapes: B sources, S source steps.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.evaluation.sequence.measures import MEASURES, corpus_scores
from rnnlab.export.card import size_said
from rnnlab.export.encoder_decoder import encoder_graph, step_graph
from rnnlab.export.exportable import TRAINED, Exportable, Measured, text_settings
from rnnlab.export.parity import Unequal, random_ids, random_lengths, relative
from rnnlab.export.session import Sessions
from rnnlab.finished import FinishedRun
from rnnlab.generate.sequence.decode import decode
from rnnlab.generate.sequence.engine import SequenceEngine, Source
from rnnlab.generate.sequence.sessions import SessionEngine
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.kinds.text_to_text.answer import decoding_of
from rnnlab.kinds.text_to_text.reader import Reader
from rnnlab.kinds.text_to_text.runtime import MARKS, Translator, engine_of

STEPS = 6  # of a target in the check of random batches
TEXTS = 20  # of the run's test that both write
MEASURED_ROWS = 100  # of the validation split, by which 8-bit matrices are judged
TOLERANCE = 1e-4  # of scores and states: a trained encoder's rounding over 200 steps alone comes to 2e-5
TIE = 1e-4  # of two scores that rounding may put in the other order
USAGE = """\
from rnnlab.runtime import open_model

model = open_model("{folder}")
model("a text")                               # its best output
model(["one", "two"])                         # an answer each, with its score
model.changed({{"beam": 5, "nbest": 3}})(["a text"])
for piece in model.stream("a text"):          # while it is written
    print(piece, end="", flush=True)"""


def exportable(run: FinishedRun) -> Exportable:
    """Return the encoder and a step of the decoder, ready to export.

    Raises:
        SettingError: a network that cannot be exported.
    """
    marks = {name: int(run.facts[name]) for name in MARKS}
    copies = bool(run.facts.get("copies"))
    settings = {"classes": [], **text_settings(run), **marks, "copies": copies}
    texts = tested_texts(run.folder.predictions)
    told = f"{len(texts)} texts of its test and random ones"
    size = f"{settings['vocabulary']:,} source tokens, {marks['target_size']:,} target tokens{size_said(run)}"
    what = f"A recurrent encoder-decoder over {size}; `encoder.onnx` reads a text, `model.onnx` is one step."
    return Exportable(
        step_graph(run.network),
        partial(differences, run, texts),
        what,
        USAGE,
        [
            TRAINED,
            f"It reads {run.shape.max_length} tokens of a text ({run.shape.truncation}), not the rest.",
            "What it writes may be fluent and wrong: names and numbers above all.",
        ],
        {**settings, "decoding": asdict(decoding_of(run))},
        [f"it writes what torch writes, token for token, for {told}"],
        partial(cost, run),
        others={"encoder": encoder_graph(run.network)},
        tolerance=TOLERANCE,
    )


def tested_texts(predictions: Path) -> list[str]:
    """Return the first source texts of the run's test, none where it left no predictions."""
    if not predictions.is_file():
        return []
    import pyarrow.parquet as pq

    return [
        str(text) for text in pq.read_table(predictions, columns=["source"])["source"][:TEXTS].to_pylist()
    ]


def differences(run: FinishedRun, texts: Sequence[str], sessions: Sessions) -> Iterator[float]:
    """Yield the differences of scores, attention and states at steps of random batches.

    Raises:
        Unequal: the two write different targets for the texts or for random sources.
    """
    network = TorchEngine(run.network)
    graphs = engine_of(sessions.others["encoder"], sessions.model, run.facts)
    reader = reader_of(run)
    drawn: list[Source] = []
    for lengths, generator in random_lengths():
        sources = [random_source(run, int(length), generator, graphs.copies) for length in lengths]
        drawn += sources[:1]
        yield from step_differences(network, graphs, sources, generator)
    check_targets(network, graphs, [*reader.sources(texts), *drawn], decoding_of(run))


def step_differences(
    network: TorchEngine, graphs: SessionEngine, sources: Sequence[Source], generator: np.random.Generator
) -> Iterator[float]:
    """Yield the differences at each of a few steps over random tokens."""
    expected_place, place = network.encode(sources), graphs.encode(sources)
    for _ in range(STEPS):
        tokens = generator.integers(0, graphs.size, len(sources))
        expected, found = network.step(tokens, expected_place), graphs.step(tokens, place)
        yield relative(found.logs, expected.logs)
        if expected.attention is not None and found.attention is not None:
            yield relative(found.attention, expected.attention)
        for mine, theirs in zip(found.position.state, expected.position.state, strict=True):
            yield relative(mine, theirs.cpu().numpy())
        expected_place, place = expected.position, found.position


def check_targets(
    network: SequenceEngine, graphs: SequenceEngine, sources: Sequence[Source], decoding: SequenceDecoding
) -> None:
    """Raise Unequal where the two write different targets, whose scores are no tie."""
    pairs = zip(*(decode(engine, sources, decoding) for engine in (network, graphs)), strict=True)
    for number, (expected, found) in enumerate(pairs, 1):
        apart = abs(expected[0].score - found[0].score)
        if expected[0].tokens != found[0].tokens and apart > TIE * max(1.0, abs(expected[0].score)):
            rule = f"other tokens for text {number} of {len(sources)}, with scores {apart:.2g} apart"
            raise Unequal(f"the exported graphs write {rule}")


def random_source(run: FinishedRun, length: int, generator: np.random.Generator, copies: bool) -> Source:
    """Draw a source; where words are copied, one in four of its words is its own."""
    ids = random_ids(run.tokenizer, length, generator)
    if not copies:
        return Source(ids)
    size = int(run.facts["target_size"])
    own = generator.random(length) < 0.25
    named = np.where(own, size + own.cumsum() - 1, generator.integers(1, size, length))
    return Source(ids, named, int(own.sum()))


def cost(run: FinishedRun, both: list[Any]) -> Measured:
    """Return the measure that the run monitors over validation rows, and milliseconds a text, greedy."""
    data = run.data()
    rows = range(min(len(data.inputs("validation")), MEASURED_ROWS))
    texts, targets = ([part("validation")[row] for row in rows] for part in (data.inputs, data.targets))
    monitored = str(run.settings["task"].get("monitor", "")).removeprefix("val/")
    name = monitored if monitored in MEASURES else "bleu"
    greedy, found = SequenceDecoding(), []
    for sessions in both:
        engine = engine_of(sessions.others["encoder"], sessions.model, run.facts)
        model = Translator(engine, reader_of(run), greedy)
        start = time.perf_counter()
        written = [model(text) for text in texts]
        spent = 1000 * (time.perf_counter() - start) / len(texts)
        found.append((corpus_scores([name], texts, targets, written)[name], spent))
    return f"{name} of {len(texts)} validation texts, greedy", found


def reader_of(run: FinishedRun) -> Reader:
    """Return the reader of a finished run."""
    return Reader(run.cleaner, run.tokenizer, run.shape, bool(run.facts.get("copies")))
