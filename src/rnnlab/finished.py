"""What the libraries may ask of a finished run; `rnnlab.run.folder.open_run.OpenRun` answers it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

CLASSIFICATION, LANGUAGE_MODELING = "classification", "language_modeling"


class FinishedRun(Protocol):
    """A trained network with everything that turns a text into its inputs and its outputs into answers.

    Attributes:
        kind: the kind of problem; task, model: the names that were chosen with task= and model=.
        folder: the names of the run's files; result: what its result.json holds.
        config: every choice as an OmegaConf node; settings: the same as plain containers.
        temperature: the divisor of logits for calibrated probabilities, 1 where none was fitted.
        prior_shift: what `task.prior` adds to the log probability of each class, or None.
        classes: names in the order of their ids, () where there are none; style_names likewise.
    """

    kind: str
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
    def cleaner(self) -> Any: ...

    @property
    def tokenizer(self) -> Any: ...

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def style_names(self) -> tuple[str, ...]: ...

    @property
    def shape(self) -> Any: ...

    @property
    def network(self) -> nn.Module: ...

    @property
    def prior_shift(self) -> list[float] | None: ...

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Return the ids of each text as the network reads them."""
        ...

    def data(self) -> Any:
        """Return the prepared data module that the run was trained on."""
        ...
