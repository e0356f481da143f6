"""Outputs of texts by a finished run's network or by its exported graphs. N texts; no torch is imported here.

The engine hides which of the two writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnlab.generate.sequence.decode import decode, stream
from rnnlab.generate.sequence.engine import SequenceEngine, Source
from rnnlab.generate.sequence.hypothesis import Hypothesis
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.generate.sequence.text import pieces_of
from rnnlab.kinds.text_to_text.reader import Reader
from rnnlab.kinds.use import Answerer
from rnnlab.tokenizer.unread import unread

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun

SERVED = 3  # outputs of each text that the service gives


# an output: its text as `predicted`, the `score` by which it is ranked, its `log_probability` in nats
Alternative = dict[str, str | float]


class TextToTextAnswers(Answerer):
    """The best output of each text, its score, and as many alternatives as are asked for.

    Args:
        engine: runs the network, see `SequenceEngine`.
        decoding: how outputs are searched or drawn.
    """

    example = "A man is riding a bike."
    fields: Mapping[str, Any] = {
        "predicted": str,
        "score": float,
        "alternatives": list[Alternative],
        "note": str,
    }
    route, streams = "translate", True

    def __init__(self, engine: SequenceEngine, reader: Reader, decoding: SequenceDecoding) -> None:
        self.engine, self.reader, self.decoding = engine, reader, decoding
        more = [f"{name}_{rank}" for rank in range(2, decoding.nbest + 1) for name in ("predicted", "score")]
        self.columns = ("predicted", "score", *more, "note")

    @classmethod
    def of_run(cls, run: FinishedRun, options: Mapping[str, Any]) -> TextToTextAnswers:
        """Answer with a run's network, as its test was written but for the options."""
        from rnnlab.generate.sequence_engine import TorchEngine

        reader = Reader(run.cleaner, run.tokenizer, run.shape, bool(run.facts.get("copies")))
        return cls(TorchEngine(run.network), reader, decoding_of(run).changed(options))

    def serving(self) -> TextToTextAnswers:
        """Return answers with a few alternatives, which a beam finds anyway."""
        best = SERVED if self.decoding.samples else min(SERVED, self.decoding.beam)
        return type(self)(self.engine, self.reader, replace(self.decoding, nbest=best))

    def encode(self, rows: Sequence[Any]) -> list[Source]:
        return self.reader.sources(rows)

    def compute(self, encoded: Sequence[Any]) -> list[list[Hypothesis]]:
        return decode(self.engine, encoded, self.decoding)

    def stream(self, row: Any) -> Iterator[str]:
        """Yield the output of one text while it is written: greedily where a beam is set."""
        settings = replace(self.decoding, beam=1, nbest=1)
        growing = stream(self.engine, self.reader.sources([row])[0], settings)
        return pieces_of(growing, lambda found: self.reader.write(row, [found], settings.replace_unknown)[0])

    def answers(
        self, rows: Sequence[Any], encoded: Sequence[Any], outputs: Sequence[Any]
    ) -> list[dict[str, Any]]:
        reader = self.reader
        notes = unread(rows, [source.ids for source in encoded], reader.cleaner, reader.tokenizer)
        return [self.answer(*one) for one in zip(rows, outputs, notes, strict=True)]

    def answer(self, row: str, found: Sequence[Hypothesis], note: str) -> dict[str, Any]:
        """Return a text's outputs, the best one first."""
        texts = self.reader.write(row, found, self.decoding.replace_unknown)
        each = [
            Alternative(predicted=text, score=float(one.score), log_probability=float(one.log_probability))
            for text, one in zip(texts, found, strict=True)
        ]
        best = each[0]
        return {"predicted": best["predicted"], "score": best["score"], "alternatives": each, "note": note}

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        found = {"predicted": answer["predicted"], "score": answer["score"]}
        for rank in range(2, self.decoding.nbest + 1):
            one = answer["alternatives"][rank - 1 : rank]
            found[f"predicted_{rank}"] = one[0]["predicted"] if one else ""
            found[f"score_{rank}"] = one[0]["score"] if one else None
        return {**found, "note": answer["note"]}

    def shown(self, answer: Mapping[str, Any]) -> dict[str, str]:
        return {"output": answer["predicted"], "score": f"{answer['score']:.4f}"}

    def shown_rows(self, answer: Mapping[str, Any]) -> list[dict[str, str]]:
        return [self.shown(one) for one in answer["alternatives"]]


def decoding_of(run: FinishedRun) -> SequenceDecoding:
    """Return how a run's test was written, with one output; that of its config where it was not tested."""
    names = SequenceDecoding.__dataclass_fields__
    kept: Mapping[str, Any] = run.result.get("decoding") or run.settings["task"].get("decoding") or {}
    return replace(SequenceDecoding(**{name: kept[name] for name in names if name in kept}), nbest=1)
