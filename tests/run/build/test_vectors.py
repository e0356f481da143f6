"""Word vectors as the assembler puts them together."""

import pytest
import torch

from rnnlab.errors import SettingError
from rnnlab.run.build.assemble import build_data, build_network
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.tokenizer import SentenceTokenizer, save

from ..conftest import composed

SMALL = ["data.train_rows=400", "data.validation_rows=40", "data.test_rows=40", "embedding.epochs=1"]


def built(folder, *overrides):
    cfg = composed(list(overrides), folder / "run")
    data = build_data(cfg)
    data.prepare()
    return cfg, data, build_vectors(build_choice(cfg), data)


def test_a_trainable_embedding_leaves_the_network_to_draw_its_own(tmp_path):
    _, _, words = built(tmp_path, "task=imdb", "data=synthetic")
    assert (words.vectors, words.pretrained(), words.size()) == (None, None, None)


def test_learned_vectors_start_the_network_at_their_own_scale_and_size(tmp_path):
    cfg, data, words = built(
        tmp_path, "task=imdb", "data=synthetic", "embedding=word2vec_cbow", "embedding.size=16", *SMALL
    )
    network = build_network(cfg, data, words)
    weight = network.embedding.vectors.weight
    assert weight.shape == (data.tokenizer.vocab_size, 16)
    assert weight[1:].square().mean().sqrt().item() == pytest.approx(0.1, rel=1e-4)
    assert (
        torch.nn.functional.cosine_similarity(
            weight[2:], torch.from_numpy(words.vectors.matrix[2:]), dim=1
        ).min()
        > 0.999
    )
    assert network.encoder.input_size == 16
    assert words.facts()["coverage"]["types"] == 1.0


def test_a_projection_is_what_the_encoder_reads(tmp_path):
    cfg, data, words = built(
        tmp_path, "task=imdb", "data=synthetic", "embedding.size=20", "embedding.projection=8"
    )
    network = build_network(cfg, data, words)
    assert (network.embedding.project.in_features, network.encoder.input_size) == (20, 8)


def test_members_start_from_the_same_vectors_and_other_weights(tmp_path):
    cfg, data, words = built(
        tmp_path, "task=imdb", "data=synthetic", "embedding=word2vec_cbow", "model.members=2", *SMALL
    )
    first, second = build_network(cfg, data, words).members
    assert torch.equal(first.embedding.vectors.weight, second.embedding.vectors.weight)
    assert first.embedding.vectors.weight.data_ptr() != second.embedding.vectors.weight.data_ptr()
    assert not torch.equal(first.head.weight, second.head.weight)


def test_a_language_model_takes_learned_vectors(tmp_path):
    cfg, data, words = built(
        tmp_path,
        "task=shakespeare",
        "data=synthetic_brackets",
        "embedding=word2vec_cbow",
        "embedding.epochs=1",
    )
    network = build_network(cfg, data, words)
    assert network.embedding.vectors.weight.shape == (data.tokenizer.vocab_size, cfg.model.embedding_size)


def test_a_saved_tokenizer_of_sentences_is_refused_by_a_flat_model(tmp_path):
    tokenizer = SentenceTokenizer(min_count=1)
    tokenizer.train(["the plot was good. the cast was bad."])
    save(tokenizer, tmp_path / "tokenizer.json")
    saved = ["tokenizer=saved", f"tokenizer.path='{tmp_path}'", "tokenizer.other_data=true"]
    cfg, data, words = built(tmp_path, "task=imdb", "data=synthetic", *saved)
    with pytest.raises(SettingError, match=r"tokenizer.path=.*model=hierarchical"):
        build_network(cfg, data, words)
