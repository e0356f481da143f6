"""A request to write text with a run."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass

from rnnlab.generate.decoding.settings import Decoding


@dataclass(frozen=True)
class GenerationRequest:
    """The options of `rnnlab generate`."""

    arguments: Namespace
    decodings: tuple[Decoding, ...]
    seed: int

    @classmethod
    def of(cls, arguments: Namespace, temperatures: list[float], seed: int) -> GenerationRequest:
        names = ("top_k", "top_p", "min_p", "typical", "repetition_penalty", "frequency_penalty", "no_repeat")
        given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
        given |= {"banned": tuple(arguments.ban), "stop": tuple(arguments.stop)}
        given["only"] = () if arguments.only is None else tuple(arguments.only)
        return cls(arguments, tuple(Decoding(temperature=t, **given) for t in temperatures), seed)
