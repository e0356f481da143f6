"""Surprisal: the language model's own loss, token by token."""

import torch

from rnnlab.explain.surprisal import surprisal
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel


def test_it_is_the_loss_of_each_token_in_one_piece_or_several(monkeypatch):
    torch.manual_seed(0)
    network = LanguageModel(9, 4, RecurrentEncoder("lstm", 4, 5)).eval()
    ids = [3, 5, 8, 2, 2, 7, 4]
    with torch.no_grad():
        logits = network(torch.tensor([ids])).logits[0]
    expected = torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="none")
    found = surprisal(network, ids)
    assert float(found[0]) == 0
    torch.testing.assert_close(found[1:], expected)
    monkeypatch.setattr("rnnlab.explain.surprisal.CHUNK", 2)
    torch.testing.assert_close(surprisal(network, ids)[1:], expected)
    assert surprisal(network, [3]).tolist() == [0]
