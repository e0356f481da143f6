"""A small encoder-decoder and pairs of letters, which it can learn in seconds."""

from __future__ import annotations

import random
from functools import partial
from typing import Any, ClassVar

import pytest
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader

from rnnlab.data.pair_batch import PairBatch
from rnnlab.data.truncation import Truncation
from rnnlab.kinds.text_to_text.task import TextToText
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer.char import CharTokenizer
from rnnlab.tokenizer.pair import PairTokenizer
from rnnlab.training.scheduler.lr_curve import Constant

from ...run.conftest import launch

__all__ = ["launch"]


class Letters(pl.LightningDataModule):
    """Words of a few letters; the target is the word in capitals."""

    def __init__(self, counts: dict[str, int], batch: int = 4) -> None:
        super().__init__()
        draw = random.Random(0)
        self.batch = batch
        self._sources = {
            split: ["".join(draw.choices("abcdef", k=draw.randint(1, 6))) for _ in range(count)]
            for split, count in counts.items()
        }
        self.tokenizer = PairTokenizer(CharTokenizer(), CharTokenizer())
        self.tokenizer.train(list("abcdef"), targets=list("ABCDEF"))

    cleaner = Cleaner({})
    evaluation_shape = Truncation(100, "head", 0.25)
    facts: ClassVar = {"copies": False}

    def inputs(self, split: str) -> list[str]:
        return self._sources[split]

    def targets(self, split: str) -> list[str]:
        return [text.upper() for text in self._sources[split]]

    def batches(self, split: str) -> list[PairBatch]:
        pairs = list(zip(self.inputs(split), self.targets(split), strict=True))
        return [
            self.collate(range(start, min(start + self.batch, len(pairs))), pairs)
            for start in range(0, len(pairs), self.batch)
        ]

    def collate(self, rows: range, pairs: list[tuple[str, str]]) -> PairBatch:
        sources = [torch.tensor(self.tokenizer.encode(pairs[row][0])) for row in rows]
        ends = [[*self.tokenizer.encode_target(pairs[row][1]), self.tokenizer.end_id] for row in rows]
        pad = partial(torch.nn.utils.rnn.pad_sequence, batch_first=True)
        return PairBatch(
            pad(sources),
            torch.tensor([len(each) for each in sources]),
            pad([torch.tensor(each) for each in ends]),
            torch.tensor([len(each) for each in ends]),
            torch.tensor(list(rows)),
            None,
            None,
        )

    def loader(self, split: str) -> DataLoader:
        return DataLoader(self.batches(split), batch_size=None)

    def train_dataloader(self) -> DataLoader:
        return self.loader("train")

    def val_dataloader(self) -> DataLoader:
        return self.loader("validation")

    def test_dataloader(self) -> DataLoader:
        return self.loader("test")


@pytest.fixture
def letters():
    return Letters({"train": 200, "validation": 13, "test": 9})


@pytest.fixture
def network(letters):
    """network(**settings of the decoder) -> an encoder-decoder of the letters."""

    def make(**settings: Any) -> EncoderDecoder:
        torch.manual_seed(1)
        decoder = partial(LuongDecoder, cell="gru", hidden_size=24, **settings)
        tokenizer = letters.tokenizer
        sizes = (tokenizer.target_size, tokenizer.begin_id, tokenizer.end_id)
        return EncoderDecoder(tokenizer.vocab_size, 16, RecurrentEncoder("gru", 16, 24), decoder, *sizes)

    return make


@pytest.fixture
def around():
    """around(network, **settings) -> the task."""

    def make(network: EncoderDecoder, **settings: Any) -> TextToText:
        optimizer = partial(torch.optim.Adam, lr=0.02)
        return TextToText(network, lambda named: optimizer([p for _, p in named]), Constant(), **settings)

    return make


@pytest.fixture
def trainer(tmp_path):
    def make(**settings: Any) -> pl.Trainer:
        return pl.Trainer(
            accelerator="cpu",
            devices=1,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            default_root_dir=tmp_path,
            **{"max_epochs": 1, **settings},
        )

    return make
