import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.lanes import Lanes, LaneSampler, Windows, WindowSampler
from rnnlab.data.language_modeling import LanguageModelingData
from rnnlab.data.loader import make_loader
from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import CharTokenizer, WordTokenizer

TEXT = "".join(f"line {n} of the text\r\n" for n in range(400))


def module(folder, tokenizer=None, splits=("train",), **settings):
    files = {split: f"{split}.txt" for split in splits}
    settings = {
        "cleaner": Cleaner({"newlines": True}),
        "batch_size": 4,
        "window": 16,
        "workers": 1,
        **settings,
    }
    if tokenizer is None:
        tokenizer = CharTokenizer()
    return LanguageModelingData(
        "mine", files, None, None, tokenizer, data_dir=folder, cache_dir=folder / "cache", **settings
    )


def prepared(*arguments, **settings):
    data = module(*arguments, **settings)
    data.prepare()
    return data


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.txt").write_bytes(TEXT.encode())
    return tmp_path


def ids_of(windows):
    """Inputs and targets of an evaluation loader in order, without the padding."""
    inputs, targets = [], []
    for batch in windows:
        for row, target, length in zip(batch.tokens, batch.targets, batch.lengths, strict=True):
            assert not row[length:].any()
            assert not target[length:].any()
            inputs += row[:length].tolist()
            targets += target[:length].tolist()
    return inputs, targets


def test_the_first_nine_tenths_train_and_the_last_tenth_validates_and_tests(folder):
    data = prepared(folder)
    cleaned = TEXT.replace("\r\n", "\n")
    cut = int(len(cleaned) * 0.9)
    train, _ = ids_of(data.splits()["train"])
    assert data.tokenizer.decode(train) == cleaned[:cut][:-1]
    for loader in (data.val_dataloader(), data.test_dataloader()):
        inputs, targets = ids_of(loader)
        assert data.tokenizer.decode(inputs) == cleaned[cut:][:-1]
        assert data.tokenizer.decode(targets) == cleaned[cut:][1:]
    assert data.provenance["notes"] == [
        "the validation split is the last 0.1 of the training file",
        "no text is held out to test on: the figures at the end are those of the validation",
    ]
    assert data.provenance["tested"] == "validation"
    assert data.provenance["tokens"] == {
        "train": cut,
        "validation": len(cleaned) - cut,
        "test": len(cleaned) - cut,
    }
    assert data.provenance["rows"] == data.provenance["tokens"]


def test_the_figures_of_a_shared_text_are_a_test_s_where_that_is_usual(folder):
    data = prepared(folder, validation_tests=True)
    assert data.provenance["tested"] == "test"
    assert "the validation text is the test text too" in data.provenance["notes"]


def test_a_test_fraction_takes_the_end_of_the_text(folder):
    data = prepared(folder, validation_fraction=0.2, test_fraction=0.1)
    size = len(TEXT.replace("\r\n", "\n"))
    tokens = data.provenance["tokens"]
    assert sum(tokens.values()) == size
    assert tokens["test"] == pytest.approx(size * 0.1, abs=1)
    assert tokens["validation"] == pytest.approx(size * 0.2, abs=1)
    last = data.tokenizer.decode(ids_of(data.test_dataloader())[1])
    assert TEXT.replace("\r\n", "\n").endswith(last)
    assert data.provenance["tested"] == "test"


def test_files_of_their_own_are_used_whole(folder):
    (folder / "validation.txt").write_text("the line\nZ")
    (folder / "test.txt").write_text("of text\n")
    data = prepared(folder, splits=("train", "validation", "test"))
    assert data.tokenizer.decode(ids_of(data.val_dataloader())[1]) == "he line\n\ufffd"
    assert data.tokenizer.decode(ids_of(data.test_dataloader())[1]) == "f text\n"
    assert data.provenance["notes"] == ["1 of 10 validation tokens are not in the training text's vocabulary"]


def test_tokens_of_a_published_perplexity_are_the_words_and_line_ends(folder):
    text = "".join(f" the <unk> of line {n % 7} \n" for n in range(300))
    for name in ("train", "validation", "test"):
        (folder / f"{name}.txt").write_text(text + (" a word not seen \n" if name == "test" else ""))
    splits = ("train", "validation", "test")
    tokenizer = WordTokenizer(False, None, 1, line_ends=True, pieces="blanks")
    data = prepared(folder, tokenizer, splits, batch_size=2)
    assert data.provenance["tokens"]["validation"] == len(text.split()) + text.count("\n")
    assert data.provenance["notes"] == ["4 of 1805 test tokens are not in the training text's vocabulary"]
    assert data.tokenizer.vocabulary.count("<unk>") == 1
    ids = data.encoded("validation").ids.tolist()
    assert data.tokenizer.decode(ids[:12]) == "the <unk> of line 0\nthe <unk> of line 1\n"


def test_where_line_ends_are_no_tokens_it_is_said(folder):
    notes = prepared(folder, WordTokenizer(min_count=1)).provenance["notes"]
    assert any(note.startswith("line ends are no tokens: tokenizer.line_ends=true") for note in notes)
    assert not any("line ends" in note for note in prepared(folder).provenance["notes"])


def test_lanes_go_on_from_batch_to_batch_and_predict_the_next_token(folder):
    data = prepared(folder)
    batches = list(data.train_dataloader())
    assert len(batches) == len(data.train_dataloader())
    assert [batch.fresh for batch in batches] == [True] + [False] * (len(batches) - 1)
    tokens = torch.cat([batch.tokens for batch in batches], dim=1)
    targets = torch.cat([batch.targets for batch in batches], dim=1)
    assert tokens.dtype == targets.dtype == torch.int64
    assert torch.equal(tokens[:, 1:], targets[:, :-1])
    assert all(batch.lengths.tolist() == [16] * 4 for batch in batches)
    text = TEXT.replace("\r\n", "\n")
    lanes = [data.tokenizer.decode(lane.tolist()) for lane in tokens]
    assert "".join(lanes) in text
    assert sum(map(len, lanes)) > 0.97 * int(len(text) * 0.9)


@given(size=st.integers(10, 700), lanes=st.integers(1, 6), window=st.integers(1, 9), epoch=st.integers(0, 3))
def test_lanes_fit_the_text_at_every_offset(size, lanes, window, epoch):
    ids = np.arange(size)
    if size <= lanes * window:
        with pytest.raises(SettingError, match=r"data\.batch_size"):
            Lanes(ids, lanes, window)
        return
    data = Lanes(ids, lanes, window)
    sampler = LaneSampler(data, seed=1)
    sampler.set_epoch(epoch)
    batches = [data[place] for place in sampler]
    assert len(batches) == len(sampler) == len(data)
    seen = torch.cat([batch.tokens for batch in batches], dim=1).flatten()
    assert torch.equal(seen, seen[0] + torch.arange(len(seen)))
    assert size - len(seen) <= (lanes + 1) * window
    for offset in (0, data.room - 1):
        assert data[offset, len(data) - 1].targets.max() == len(seen) + offset <= size - 1


def test_the_offset_depends_on_seed_and_epoch_alone():
    lanes = Lanes(np.arange(5000), 4, 16)
    first = {}
    for seed in (0, 1):
        for epoch in range(20):
            sampler = LaneSampler(lanes, seed)
            sampler.set_epoch(epoch)
            first[seed, epoch] = next(iter(sampler))[0]
    assert len(set(first.values())) > 10
    again = LaneSampler(lanes, 1)
    again.set_epoch(7)
    assert next(iter(again))[0] == first[1, 7]
    fixed = LaneSampler(lanes, 1, fixed=True)
    fixed.set_epoch(7)
    assert next(iter(fixed))[0] == first[1, 0]


def test_ranks_read_different_lanes_of_the_same_text():
    ids = np.arange(3000)
    whole = Lanes(ids, 4, 16)
    ranks = [Lanes(ids, 2, 16, rank, world_size=2) for rank in range(2)]
    assert [len(rank) for rank in ranks] == [len(whole)] * 2
    for place in ((0, 0), (3, 5)):
        assert torch.equal(torch.cat([rank[place].tokens for rank in ranks]), whole[place].tokens)


@given(size=st.integers(2, 600), window=st.integers(1, 70), batch=st.integers(1, 5), world=st.integers(1, 3))
def test_windows_predict_every_token_but_the_first_once(size, window, batch, world):
    windows = Windows(np.arange(size), window)
    targets = []
    for rank in range(world):
        for item in make_loader(windows, WindowSampler(len(windows), batch, rank, world)):
            assert item.fresh
            assert item.tokens.shape[0] <= batch
            for row, target, length in zip(item.tokens, item.targets, item.lengths, strict=True):
                assert torch.equal(row[:length] + 1, target[:length])
                assert row[0] % window == 0
                targets += target[:length].tolist()
    assert sorted(targets) == list(range(1, size))


def test_a_stream_is_one_lane_that_starts_fresh_once(folder, monkeypatch):
    monkeypatch.setattr("rnnlab.data.language_modeling.STREAM_CHUNK", 100)
    data = prepared(folder)
    chunks = list(data.stream_dataloader("test"))
    assert [chunk.fresh for chunk in chunks] == [True] + [False] * (len(chunks) - 1)
    assert {chunk.tokens.shape for chunk in chunks[:-1]} == {(1, 100)}
    assert ids_of(chunks) == ids_of(data.test_dataloader())


def test_the_second_time_nothing_is_read(folder, monkeypatch):
    monkeypatch.setattr("rnnlab.data.file_hashes.LARGE", 0)
    monkeypatch.setattr("rnnlab.data.file_hashes.SETTLED", -1.0)
    first = prepared(folder)
    monkeypatch.setattr("rnnlab.data.long_text.text_blocks", None)
    monkeypatch.setattr("rnnlab.data.file_hashes._read", None)
    second = prepared(folder, window=8)
    assert (first.provenance["cached"], second.provenance["cached"]) == (False, True)
    assert second.tokenizer.vocabulary == first.tokenizer.vocabulary
    monkeypatch.undo()
    assert not prepared(folder, validation_fraction=0.2).provenance["cached"]
    assert not prepared(folder, WordTokenizer()).provenance["cached"]


def test_training_goes_on_in_the_middle_of_an_epoch(folder):
    data = prepared(folder)
    loader = data.train_dataloader()
    loader.sampler.set_epoch(2)
    whole = list(loader)
    again = prepared(folder).train_dataloader()
    again.load_state_dict({"batches": 5, "epoch": 2})
    again.sampler.set_epoch(2)
    rest = list(again)
    assert len(rest) == len(whole) - 5
    assert all(torch.equal(a.tokens, b.tokens) for a, b in zip(rest, whole[5:], strict=True))


@pytest.mark.parametrize("setting", ["batch_size", "window", "eval_window", "eval_batch_size"])
def test_sizes_below_one_are_refused_before_anything_is_read(tmp_path, setting):
    with pytest.raises(SettingError, match=f"data.{setting}=0: must be at least 1"):
        module(tmp_path / "nowhere", **{setting: 0})


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        (" \n", {}, "the file is empty"),
        (
            "abc " * 15,
            {},
            "data.batch_size=4: 4 lanes of 16 steps need 65 tokens of training text, and there are",
        ),
        (
            "a",
            {},
            "data.validation_fraction=0.1: leaves no text for train or for validation, of 1 characters",
        ),
        (
            TEXT,
            {"validation_fraction": 0.6, "test_fraction": 0.5},
            "data.validation_fraction=0.6: leaves no text",
        ),
        (TEXT, {"tokenizer": WordTokenizer(min_count=9999)}, "the training text gives no vocabulary"),
    ],
)
def test_text_that_cannot_be_used_is_refused(tmp_path, text, settings, message):
    (tmp_path / "train.txt").write_text(text)
    with pytest.raises(SettingError) as caught:
        prepared(tmp_path, **settings)
    assert message in str(caught.value)


def test_text_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "train.txt").write_bytes(b"abc\xff" * 100)
    with pytest.raises(SettingError, match="is not UTF-8: byte 0xff at offset 3"):
        prepared(tmp_path)
