"""The loss of text regression, and what a validation keeps of each row."""

from __future__ import annotations

import torch.nn.functional as F

from rnnlab.training.task.row_task import RowTask

from .kind import KIND


class TextRegressionTask(RowTask):
    def read(self, batch):
        return self.network(batch.tokens, batch.lengths).squeeze(1)  # (B,)

    def loss(self, batch):
        return F.mse_loss(self.read(batch), batch.labels)

    def predictions(self, batch):
        return {"label": batch.labels, "predicted": self.read(batch)}

    def scores(self, columns):
        return KIND.scores({name: values.numpy() for name, values in columns.items()})
