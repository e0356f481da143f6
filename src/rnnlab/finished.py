"""The interface of a finished run for libraries and kinds, implemented by
`rnnlab.run.folder.open_run.OpenRun`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from torch import nn


class FinishedRun(Protocol):
    """A trained network with all it needs to encode rows as inputs and to decode its outputs.

    Attributes:
        kind: the name of its kind of problem; problem: that kind itself.
        task, model: the names chosen with task= and model=.
        folder: the names of the run's files; result: what its result.json holds.
        config: every choice as an OmegaConf node; settings: the same as plain containers.
        facts: facts of its data, such as the names of classes.
        temperature: the divisor of logits for calibrated probabilities, 1 where none was fitted.
        classes: names in the order of their ids, () where there are none.
        cleaner, tokenizer, shape: of a run that reads texts.
        explainer: see `rnnlab.explain.explainer`; of a kind that can be explained.
    """

    kind: str
    problem: Any
    task: str
    device: str
    temperature: float
    result: Any
    folder: Any

    @property
    def model(self) -> str: ...

    @property
    def metrics(self) -> Mapping[str, float]: ...

    @property
    def config(self) -> Any: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...

    @property
    def facts(self) -> dict[str, Any]: ...

    @property
    def cleaner(self) -> Any: ...

    @property
    def tokenizer(self) -> Any: ...

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def shape(self) -> Any: ...

    @property
    def network(self) -> nn.Module: ...

    @property
    def explainer(self) -> Any: ...

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return the ids of each text as the network reads them."""
        ...

    def notes(self, texts: Sequence[str], encoded: Sequence[np.ndarray] | None = None) -> list[str]:
        """Return a note on each text without a known token, "" for the others."""
        ...

    def data(self) -> Any:
        """Return the prepared data module that the run was trained on."""
        ...
