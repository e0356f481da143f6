"""The interface that a run expects of its data module and of a batch."""

from __future__ import annotations

from typing import Any, Protocol

from torch import Tensor


class RunData(Protocol):
    """The interface of a run's data module, a `LightningDataModule`, for any kind of problem.

    Data of texts are made with `tokenizer` and `cleaner`, and have the trained tokenizer as an attribute once
    they are prepared; they also have `encoded(split)` and `unlabelled()` for training word vectors.

    Attributes:
        serves: names of the kinds of problem that the data are made for (`rnnlab.kinds.base.Kind.name`).
        holds: a description of the data for messages: "labelled texts".
        facts: plain values that network and task depend on: sizes, classes, channels. A kind may take them
            from another source, see `rnnlab.kinds.base.Kind.facts`.
        provenance: plain values for result.json once they are prepared: `source` in words, `official`
            (whether these are official splits; None where there are none), `rows` of each split,
            `fingerprint` of the files, `notes` (sentences) and `tested`: `test`, or `validation` where no
            test rows are held out.
    """

    serves: tuple[str, ...]
    holds: str
    provenance: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]: ...

    def prepare(self) -> None:
        """Find and read the data, in every process; a second call does nothing."""


class AnyBatch(Protocol):
    """The interface of a batch: a NamedTuple of tensors and plain values that move to the device together.

    Attributes:
        lengths: (B,) real steps of each row; B is the number of rows.
    """

    @property
    def lengths(self) -> Tensor: ...
