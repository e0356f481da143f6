"""Texts from a run, for `rnnlab generate`."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.atomic import whole_file
from rnnlab.finished import FinishedRun
from rnnlab.generate.request import GenerationRequest
from rnnlab.kinds.language_modeling.writing.prompt import prompt_of

if TYPE_CHECKING:
    import numpy as np

    from rnnlab.generate.engine import Engine

ROWS = 64  # texts side by side
FEW = 16  # rows of a step up to which a second core brings nothing


class Text(NamedTuple):
    """A finished text: its prompt and continuation, its place, and notes on it."""

    text: str
    temperature: float | None
    number: int
    note: str


def carry_out(run: FinishedRun, order: GenerationRequest) -> None:
    """Generate the texts, and print or save them."""
    arguments = order.arguments
    prompt = prompt_of(run, arguments)
    import torch

    rows = max(min(arguments.count, ROWS), arguments.beam or 1)
    torch.set_num_threads(1 if rows < FEW else torch.get_num_threads())
    engine = engine_for(run, arguments)
    one = arguments.count == len(order.decodings) == 1 and not (arguments.form or arguments.beam)
    if one and arguments.output is None:
        show_stream(run, engine, prompt, order)
        return
    texts = poems(run, engine, prompt, order) if arguments.form else several(run, engine, prompt, order)
    if arguments.output is None:
        for place, text in enumerate(texts):
            print(("\n" if place else "") + heading(text) + text.text.rstrip("\n"), flush=True)
    else:
        save(list(texts), arguments.output)


def engine_for(run: FinishedRun, arguments: Namespace) -> Engine:
    """Return the engine for the requested style or mixture."""
    from rnnlab.generate.fused import engine_of
    from rnnlab.kinds.language_modeling.mix import parse_mix, styles_of

    if arguments.quantize:
        from rnnlab.export.requirements import needs_onnx
        from rnnlab.kinds.language_modeling.writing.int8_engine import EightBitEngine
        from rnnlab.tokenizer.parallel import available_cores

        needs_onnx()
        return EightBitEngine(run, available_cores())
    style: np.ndarray | None = None
    for name in ("style", "mix"):
        if getattr(arguments, name) is not None:
            style = parse_mix(getattr(arguments, name), styles_of(run), f"--{name}")
    return engine_of(run.network, style)


def show_stream(run: FinishedRun, engine: Engine, prompt: str, order: GenerationRequest) -> None:
    """Print one text as it is written, then save its state where asked to."""
    from rnnlab.generate.saved import load
    from rnnlab.generate.saved import save as save_state
    from rnnlab.generate.write import pieces_of
    from rnnlab.generate.writing import Writing, begin

    arguments, decoding = order.arguments, order.decodings[0]
    if arguments.from_state is not None:
        going = load(arguments.from_state, engine, run.tokenizer)
    else:
        going = begin(engine, run.tokenizer, [prompt])
    writing = Writing(engine, run.tokenizer, going, decoding, order.seed)
    context = going.read[0] if prompt or going.drawn else []
    print(prompt.lstrip("\n"), end="", flush=True)
    for piece in pieces_of(writing, run.tokenizer, arguments.length, decoding, context):
        print(piece, end="", flush=True)
    print()
    if arguments.save_state is not None:
        save_state(arguments.save_state, writing.going(), run.tokenizer)


def several(run: FinishedRun, engine: Engine, prompt: str, order: GenerationRequest) -> Iterator[Text]:
    """Yield the texts of each temperature, or those of the beam search."""
    from rnnlab.generate.beam import beam_search
    from rnnlab.generate.write import write

    arguments, tokenizer = order.arguments, run.tokenizer
    for decoding in order.decodings:
        if arguments.beam is not None:
            found = beam_search(engine, tokenizer, prompt, arguments.length, arguments.beam, decoding)
            for number, one in enumerate(found[: arguments.count]):
                yield Text(one.text, None, number, nats(one.log_probability, len(one.tokens)))
            continue
        for first in range(0, arguments.count, ROWS):
            prompts = [prompt] * min(ROWS, arguments.count - first)
            rows = write(engine, tokenizer, prompts, arguments.length, decoding, order.seed, first)
            for number, one in enumerate(rows, first):
                yield Text(one.text, decoding.temperature, number, nats(one.log_probability, len(one.tokens)))


def poems(run: FinishedRun, engine: Engine, prompt: str, order: GenerationRequest) -> Iterator[Text]:
    """Yield each temperature's poems, one after the other."""
    from rnnlab.generate.verse.write import compose

    for decoding in order.decodings:
        for number in range(order.arguments.count):
            poem = compose(engine, run.tokenizer, order.arguments.form, prompt, decoding, order.seed, number)
            yield Text(poem.text, decoding.temperature, number, poem.report)


def nats(log_probability: float, count: int) -> str:
    return f"{-log_probability / max(count, 1):.3f} nats a token"


def heading(text: Text) -> str:
    heat = "beam" if text.temperature is None else f"temperature {text.temperature:g}"
    return f"--- {heat}, text {text.number + 1}: {text.note} ---\n"


def save(texts: list[Text], path: Path) -> None:
    """Save all texts in one file, written whole or not at all."""
    if path.suffix == ".jsonl":
        content = "".join(json.dumps(text._asdict(), ensure_ascii=False) + "\n" for text in texts)
    else:
        content = "\n".join(heading(text) + text.text.rstrip("\n") + "\n" for text in texts)
    with whole_file(path) as part:
        part.write_text(content, encoding="utf-8")
    print(f"{len(texts)} texts in {path}", file=sys.stderr)
