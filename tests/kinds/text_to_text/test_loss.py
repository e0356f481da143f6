"""The teacher-forced loss of each row."""

from __future__ import annotations

import torch

from rnnlab.kinds.text_to_text.loss import row_losses


def test_rows_are_counted_without_their_padding():
    scores = torch.zeros(2, 3, 4)
    scores[0, 0, 2] = 50.0
    found = row_losses(scores, torch.tensor([[2, 3, 0], [1, 2, 3]]))
    assert found["tokens"].tolist() == [2, 3]
    assert found["correct"].tolist() == [1, 0]
    torch.testing.assert_close(found["nats"], torch.log(torch.tensor(4.0)) * torch.tensor([1.0, 3.0]))
