"""Continue a prompt with a finished language model: by its network or by its exported graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnlab.finished import FinishedRun
    from rnnlab.generate.decoding.settings import Decoding
    from rnnlab.kinds.language_modeling.runtime import Writer


class RunWriter:
    """Writes with the run's own network."""

    def __init__(self, run: FinishedRun) -> None:
        self.run = run

    def __call__(self, prompt: str, length: int, decoding: Decoding, seed: int) -> Iterator[str]:
        """Yield the text after the prompt, piece by piece."""
        from rnnlab.generate.fused import engine_of
        from rnnlab.generate.write import stream

        run = self.run
        return stream(engine_of(run.network), run.tokenizer, run.cleaner(prompt), length, decoding, seed)


class ExportedWriter:
    """Writes with the exported graph."""

    def __init__(self, model: Writer) -> None:
        self.model = model

    def __call__(self, prompt: str, length: int, decoding: Decoding, seed: int) -> Iterator[str]:
        """Yield the text after the prompt, piece by piece."""
        return self.model.stream(prompt, length, seed=seed, decoding=decoding)
