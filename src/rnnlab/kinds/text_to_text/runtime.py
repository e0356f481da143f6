"""An exported text-to-text model: texts in, texts out, with onnxruntime and without torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnlab.data.truncation import Truncation
from rnnlab.generate.sequence.sessions import SessionEngine
from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.kinds.text_to_text.answer import TextToTextAnswers
from rnnlab.kinds.text_to_text.reader import Reader
from rnnlab.kinds.usable import Exported

MARKS = ("begin_id", "end_id", "target_size")


class Translator(TextToTextAnswers):
    """Writes what the run writes, as its test was decoded unless `changed`."""

    @classmethod
    def of_export(cls, exported: Exported) -> Translator:
        """Open what `rnnlab.kinds.text_to_text.export` has made."""
        settings = exported.settings
        shape = Truncation(*(settings[name] for name in ("max_length", "truncation", "head_fraction")))
        reader = Reader(exported.cleaner, exported.tokenizer, shape, bool(settings["copies"]))
        engine = engine_of(exported.others["encoder"], exported.session, settings)
        return cls(engine, reader, SequenceDecoding(**settings["decoding"]))

    def __call__(self, rows: Any) -> Any:
        """Return the best output of one text, or an answer for each of several."""
        if isinstance(rows, str):
            return super().__call__([rows])[0]["predicted"]
        return super().__call__(rows)

    def changed(self, options: Mapping[str, Any]) -> Translator:
        """Return the same model with other settings of decoding, such as {"beam": 5, "nbest": 3}.

        Raises:
            SettingError: a value outside its range, or an unknown setting.
        """
        return Translator(self.engine, self.reader, self.decoding.changed(options))


def engine_of(encoder: Any, step: Any, facts: Mapping[str, Any]) -> SessionEngine:
    """Return the engine of two onnxruntime sessions.

    Args:
        facts: have begin_id, end_id and target_size.
    """
    return SessionEngine(encoder, step, {name: facts[name] for name in MARKS})
