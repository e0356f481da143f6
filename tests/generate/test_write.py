"""Texts: the same by seed in every batch, kept to the settings, gone on with."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.fused import engine_of
from rnnlab.generate.saved import load, save
from rnnlab.generate.write import pieces_of, stream, write
from rnnlab.generate.writing import Writing, begin

DRAWN = Decoding(temperature=0.9, top_p=0.95, repetition_penalty=1.1, no_repeat=4)


def test_a_row_is_the_same_in_every_batch_and_streamed(make_model, letters):
    engine = engine_of(make_model())
    prompts = ["ab", "hgfe", "", "ab"]
    together = write(engine, letters, prompts, 60, DRAWN, seed=3)
    for place, prompt in enumerate(prompts):
        alone = write(engine, letters, [prompt], 60, DRAWN, seed=3, first=place)[0]
        assert alone.text == together[place].text
        assert prompt + "".join(stream(engine, letters, prompt, 60, DRAWN, 3, place)) == alone.text
    assert together[0].text != together[3].text  # rows of one prompt draw numbers of their own
    assert write(engine, letters, prompts, 60, DRAWN, seed=4)[0].text != together[0].text
    assert [len(one.tokens) for one in together] == [60] * 4


@pytest.mark.parametrize("count", [31, 32, 37])
def test_rows_in_several_threads_are_the_same_texts(make_model, letters, count):
    engine = engine_of(make_model())
    prompts = [place % 3 * "ab" + "c" for place in range(count)]
    alone = write(engine, letters, prompts, 20, DRAWN, seed=3)
    engine.workers = 2
    assert [one.text for one in write(engine, letters, prompts, 20, DRAWN, seed=3)] == [
        one.text for one in alone
    ]


def test_temperature_0_is_the_likeliest_every_time(make_model, letters):
    model = make_model()
    text = write(engine_of(model), letters, ["a"], 20, Decoding(temperature=0))[0].text
    ids = letters.encode("a")
    for _ in range(20):
        logits = model(torch.tensor([ids])).logits[0, -1]
        logits[:2] = -torch.inf
        ids.append(int(logits.argmax()))
    assert text == letters.decode(ids)


def test_log_probabilities_are_the_models_own_whatever_the_settings(make_model, letters):
    engine = engine_of(make_model())
    one = write(engine, letters, ["a"], 30, Decoding(temperature=0.3, top_k=3), seed=1)[0]
    ids = np.array([letters.encode("a") + one.tokens])
    assert one.log_probability == pytest.approx(float(engine.score(ids).sum()), abs=1e-3)


def test_settings_are_kept(make_model, letters):
    engine = engine_of(make_model())
    only = write(engine, letters, ["a"] * 5, 50, Decoding(temperature=3, only=("a", "b")), 1)
    assert set("".join(one.text for one in only)) == {"a", "b"}
    banned = write(engine, letters, ["a"] * 5, 200, Decoding(temperature=3, banned=("bc", "d")), 1)
    assert not any("bc" in one.text or "d" in one.text for one in banned)
    fresh = write(engine, letters, ["a"] * 3, 100, Decoding(temperature=3, no_repeat=3), 1)
    for text in (one.text for one in fresh):
        threes = [text[i : i + 3] for i in range(len(text) - 2)]
        assert len(set(threes)) == len(threes)


def test_a_stop_string_ends_its_row_alone(make_model, letters):
    engine = engine_of(make_model())
    by = Decoding(temperature=2, stop=("c",))
    free = write(engine, letters, ["a"] * 6, 80, Decoding(temperature=2), 1)
    stopped = write(engine, letters, ["a"] * 6, 80, by, 1)
    for one, whole in zip(stopped, free, strict=True):
        assert one.text == "a" + whole.text[1:].split("c")[0]
        assert len(one.tokens) == min(len(one.text), 80)  # with the stop string, without the prompt
    assert "a" + "".join(stream(engine, letters, "a", 80, by, 1, 2)) == stopped[2].text


def test_a_text_goes_on_from_a_file_as_if_there_had_been_no_break(make_model, letters, tmp_path):
    engine = engine_of(make_model())
    whole = write(engine, letters, ["ab"], 90, DRAWN, seed=2)[0].text
    writing = Writing(engine, letters, begin(engine, letters, ["ab"]), DRAWN, 2)
    first = "".join(pieces_of(writing, letters, 40, DRAWN, letters.encode("ab")))
    save(tmp_path / "here.npz", writing.going(), letters)
    going = load(tmp_path / "here.npz", engine, letters)
    again = Writing(engine, letters, going, DRAWN, 2)
    assert "ab" + first + "".join(pieces_of(again, letters, 50, DRAWN, going.read[0])) == whole


@pytest.mark.parametrize(("prompts", "length"), [([], 5), (["a"], 0)])
def test_nothing_to_write_is_refused(make_model, letters, prompts, length):
    with pytest.raises(ValueError, match="must be"):
        write(engine_of(make_model()), letters, prompts, length)


def test_shares_of_first_tokens_are_the_models(make_model, letters):
    model = make_model()
    found = write(engine_of(model), letters, ["ab"] * 6000, 1, seed=1)
    counts = np.bincount([one.tokens[0] for one in found], minlength=letters.vocab_size) / 6000
    logits = model(torch.tensor([letters.encode("ab")])).logits[0, -1].detach()
    logits[:2] = -torch.inf
    np.testing.assert_allclose(counts, logits.softmax(0).numpy(), atol=0.03)
