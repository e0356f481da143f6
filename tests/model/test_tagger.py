"""The tagger: letters beside words, pieces, ensembles."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from rnnlab.model.characters.base import NoLetters
from rnnlab.model.characters.cnn import LetterCNN
from rnnlab.model.characters.lstm import LetterLSTM
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.chain import marginals
from rnnlab.model.head.crf import CRF
from rnnlab.model.head.softmax import Softmax
from rnnlab.model.tagger import Tagger, TaggerEnsemble

CHARACTERS = {
    "none": NoLetters,
    "lstm": partial(LetterLSTM, letter_size=3, output_size=4),
    "cnn": partial(LetterCNN, letter_size=3, output_size=4),
}
LENGTHS = torch.tensor([3, 2])
TOKENS = torch.tensor([[2, 3, 4], [5, 6, 0]])
LETTERS = torch.tensor([[[2, 3], [4, 0], [5, 5]], [[3, 3], [2, 0], [0, 0]]])
TAGS = torch.tensor([[0, 1, 2], [2, 0, 0]])


def tagger(characters: str = "cnn", head=CRF, **settings) -> Tagger:
    size = 5 + (0 if characters == "none" else 4)
    encoder = RecurrentEncoder("lstm", size, 6, bidirectional=True)
    return Tagger(9, 5, encoder, 3, head, CHARACTERS[characters], num_letters=6, **settings)


@pytest.mark.parametrize("characters", CHARACTERS)
@pytest.mark.parametrize("head", [CRF, Softmax])
def test_a_row_alone_equals_the_row_in_a_batch(characters, head):
    torch.manual_seed(0)
    network = tagger(characters, head).eval()
    both = network(TOKENS, LENGTHS, LETTERS)
    alone = network(TOKENS[1:, :2], LENGTHS[1:], LETTERS[1:, :2])
    torch.testing.assert_close(both[1:, :2], alone)
    losses = network.losses(both, LENGTHS, TAGS)
    torch.testing.assert_close(losses[1:], network.losses(alone, LENGTHS[1:], TAGS[1:, :2]))


@pytest.mark.parametrize("characters", CHARACTERS)
@pytest.mark.parametrize("subwords", ["first", "mean"])
def test_words_of_one_piece_each_are_the_words(characters, subwords):
    torch.manual_seed(0)
    network = tagger(characters, subwords=subwords).eval()
    pieces = torch.tensor([[1, 1, 1], [1, 1, 0]])
    words, same = network(TOKENS, LENGTHS, LETTERS), network(TOKENS, LENGTHS, LETTERS, pieces)
    torch.testing.assert_close(words[0], same[0])
    torch.testing.assert_close(words[1, :2], same[1, :2])


def test_a_word_of_two_pieces_is_read_at_the_first_or_as_their_mean():
    torch.manual_seed(0)
    tokens, pieces = torch.tensor([[2, 3, 4, 5]]), torch.tensor([[1, 2, 1]])
    lengths = torch.tensor([3])
    for subwords in ("first", "mean"):
        network = tagger("none", subwords=subwords).eval()
        outputs = network.encoder(network.embedding(tokens)).outputs[0]
        second = outputs[1] if subwords == "first" else outputs[1:3].mean(0)
        found = network.encode(tokens, lengths, None, pieces)[0]
        torch.testing.assert_close(found, torch.stack((outputs[0], second, outputs[3])))


def test_an_ensemble_predicts_with_the_geometric_mean_of_its_members():
    torch.manual_seed(0)
    members = [tagger(), tagger()]
    for member in members:
        torch.nn.init.normal_(member.head.steps)
    ensemble = TaggerEnsemble(members).eval()
    own = [member(TOKENS, LENGTHS, LETTERS) for member in members]
    both = ensemble(TOKENS, LENGTHS, LETTERS)
    torch.testing.assert_close(both, (own[0] + own[1]) / 2)
    steps = (members[0].transitions().steps + members[1].transitions().steps) / 2
    torch.testing.assert_close(ensemble.transitions().steps, steps)
    found = ensemble.marginals(both, LENGTHS)
    torch.testing.assert_close(found, marginals(both, LENGTHS, ensemble.transitions()))
    ensemble.train()
    trained = ensemble(TOKENS, LENGTHS, LETTERS)
    assert trained.shape == (2, 2, 3, 3)
    losses = [m.losses(each, LENGTHS, TAGS) for m, each in zip(members, trained, strict=True)]
    torch.testing.assert_close(ensemble.losses(trained, LENGTHS, TAGS), torch.stack(losses).mean(0))


def test_one_member_is_the_network_itself():
    torch.manual_seed(0)
    network = tagger().eval()
    ensemble = TaggerEnsemble([network]).eval()
    emissions = network(TOKENS, LENGTHS, LETTERS)
    assert torch.equal(ensemble(TOKENS, LENGTHS, LETTERS), emissions)
    assert torch.equal(ensemble.decode(emissions, LENGTHS), network.decode(emissions, LENGTHS))
    torch.testing.assert_close(
        ensemble.losses(emissions, LENGTHS, TAGS), network.losses(emissions, LENGTHS, TAGS)
    )


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="letters=None, and this network reads the letters of words"):
        tagger()(TOKENS, LENGTHS)
    with pytest.raises(ValueError, match="subwords=last must be one of first, mean"):
        tagger(subwords="last")
    with pytest.raises(ValueError, match="output_size=9 must equal the encoder's input_size=5"):
        Tagger(9, 5, RecurrentEncoder("lstm", 5, 6), 3, CRF, CHARACTERS["cnn"], 6)
    with pytest.raises(ValueError, match="members=\\[\\] must be at least one network"):
        TaggerEnsemble([])
