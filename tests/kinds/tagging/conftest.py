"""A small tagger with its task, without a trainer."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from rnnlab.kinds.tagging.task import Tagging
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.crf import CRF
from rnnlab.model.tagger import Tagger
from rnnlab.training.scheduler.lr_curve import Constant


@pytest.fixture
def tagging():
    """tagging(tags, scheme, ...) -> a task whose network has random weights."""

    def make(tags=("O", "B-a", "I-a", "E-a", "S-a"), scheme="BIOES", **settings) -> Tagging:
        torch.manual_seed(0)
        encoder = RecurrentEncoder("lstm", 4, 4, bidirectional=True)
        network = Tagger(9, 4, encoder, len(tags), CRF)
        return Tagging(network, partial(torch.optim.SGD, lr=0.1), Constant(), list(tags), scheme, **settings)

    return make
