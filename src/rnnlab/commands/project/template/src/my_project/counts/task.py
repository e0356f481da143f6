"""How a count model learns and what a validation keeps of each row, `task=counts`. B rows."""

from __future__ import annotations

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor

from my_project.counts.scores import scores
from rnnlab.data.batch import Batch
from rnnlab.training.task.row_task import RowTask


class CountTask(RowTask):
    """Poisson regression: the network gives the logarithm of the rate."""

    def log_rate(self, batch: Batch) -> Tensor:
        return self.network(batch.tokens, batch.lengths).squeeze(1)  # (B,)

    def loss(self, batch: Batch) -> Tensor:
        return F.poisson_nll_loss(self.log_rate(batch), batch.labels)

    def predictions(self, batch: Batch) -> Mapping[str, Tensor]:
        return {"label": batch.labels, "predicted": self.log_rate(batch).exp()}

    def scores(self, columns: Mapping[str, Tensor]) -> dict[str, float]:
        return scores(columns["label"].numpy(), columns["predicted"].numpy())
