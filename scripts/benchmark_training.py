"""Real tokens a second of `train.py`'s own loop, a bare torch loop and packed sequences, on the same batches.

    python scripts/benchmark_training.py                # IMDB, BiLSTM, as task=imdb model=bilstm
    python scripts/benchmark_training.py task=tweets model=bigru --steps 100

The three take turns in one process: after every epoch of the Lightning loop (`--steps` batches, loaded,
logged and stepped as in training) the two rivals train on the very batches it has just seen. Run it when
nothing else runs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnlab.callback.quiet import quiet
from rnnlab.data.batch import Batch
from rnnlab.model.encoder import Encoded
from rnnlab.report.tables import render
from rnnlab.run.build import build_data, build_network, build_task
from rnnlab.run.command import CONFIG_NAME
from rnnlab.run.machine import device_name, set_threads
from rnnlab.run.trainer import build_trainer
from rnnlab.run.vectors import build_choice, build_vectors

CONFIG_DIR = Path(__file__).parents[1] / "conf"
CLASSES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class PackedEncoder(nn.Module):
    """What most code does: torch's own bidirectional layers over a packed sequence."""

    causal = False

    def __init__(
        self, cell: str, input_size: int, hidden_size: int, num_layers: int, bidirectional: bool
    ) -> None:
        super().__init__()
        self.rnn = CLASSES[cell](
            input_size, hidden_size, num_layers, batch_first=True, bidirectional=bidirectional
        )
        self.output_size = hidden_size * (2 if bidirectional else 1)

    def forward(self, inputs: Tensor, lengths: Tensor, state: None = None) -> Encoded:
        packed = pack_padded_sequence(inputs, lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=inputs.shape[1])
        return Encoded(outputs, outputs[:, 0], None)  # final is not used by the poolings measured here


class Rivals(pl.Callback):
    """Times each epoch of the Lightning loop, then the rivals on its batches."""

    def __init__(
        self, rivals: dict[str, tuple[nn.Module, torch.optim.Optimizer]], clip: float | None
    ) -> None:
        self.rivals, self.clip = rivals, clip
        self.rates: dict[str, list[float]] = {name: [] for name in ("train.py", *rivals)}

    def on_train_epoch_start(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        self.batches: list[Batch] = []
        self.start = time.perf_counter()

    def on_train_batch_start(
        self, trainer: pl.Trainer, task: pl.LightningModule, batch: Batch, index: int
    ) -> None:
        self.batches.append(batch)

    def on_train_epoch_end(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        seconds = time.perf_counter() - self.start
        tokens = sum(int(batch.lengths.sum()) for batch in self.batches)
        self.rates["train.py"].append(tokens / seconds)
        for name, (network, optimizer) in self.rivals.items():
            self.rates[name].append(tokens / self.bare(network, optimizer))

    def bare(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> float:
        """Seconds of a plain training loop over the kept batches."""
        start = time.perf_counter()
        for batch in self.batches:
            loss = nn.functional.cross_entropy(network(batch.tokens, batch.lengths), batch.labels)
            optimizer.zero_grad()
            loss.backward()
            if self.clip:
                nn.utils.clip_grad_norm_(network.parameters(), self.clip)
            optimizer.step()
        return time.perf_counter() - start


def build(overrides: list[str], folder: str, steps: int, rounds: int) -> tuple[Any, Any, Any]:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose(
            CONFIG_NAME,
            overrides=[
                "task=imdb",
                "model=bilstm",
                *overrides,
                "callback=default",
                "callback.best=null",
                "callback.last=null",
                f"paths.run_dir={folder}",
                f"trainer.max_epochs={rounds + 1}",
                f"trainer.limit_train_batches={steps}",
                "trainer.limit_val_batches=0",
                "trainer.enable_progress_bar=false",
            ],
        )
    return cfg, *prepared(cfg)


def prepared(cfg: Any) -> tuple[Any, Any]:
    data = build_data(cfg)
    data.prepare()
    return data, build_network(cfg, data, build_vectors(build_choice(cfg), data))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("overrides", nargs="*", help="choices as for train.py, classification only")
    parser.add_argument("--steps", type=int, default=12, help="batches a round (default 12)")
    parser.add_argument(
        "--rounds", type=int, default=7, help="counted rounds after one that warms up (default 7)"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments, folder)


def measure(arguments: argparse.Namespace, folder: str) -> None:
    cfg, data, network = build(arguments.overrides, folder, arguments.steps, arguments.rounds)
    quiet()
    threads = set_threads(cfg.threads)
    pl.seed_everything(cfg.seed, verbose=False)
    make = instantiate(cfg.optimizer)
    bare, packed = (
        build_network(cfg, data, build_vectors(build_choice(cfg), data)),
        build_network(cfg, data, build_vectors(build_choice(cfg), data)),
    )
    encoder = cfg.model
    packed.encoder = PackedEncoder(
        encoder.encoder.cell,
        encoder.embedding_size,
        encoder.hidden_size,
        encoder.num_layers,
        encoder.bidirectional,
    )
    rivals = {name: (net, make(net.named_parameters())) for name, net in (("bare", bare), ("packed", packed))}
    callback = Rivals(rivals, cfg.trainer.gradient_clip_val)
    trainer = build_trainer(cfg, Path(folder))
    trainer.callbacks.append(callback)  # type: ignore[attr-defined]
    trainer.fit(build_task(cfg, data, network), train_dataloaders=data.train_dataloader())
    report(callback.rates, device_name(torch.device("cpu"), threads))


def report(rates: dict[str, list[float]], device: str) -> None:
    """Median tokens a second and median ratio to each rival over the rounds; the first one warms up."""
    counted = {name: values[1:] for name, values in rates.items()}
    own = counted["train.py"]
    rows = []
    for name, values in counted.items():
        ratios = [a / b for a, b in zip(own, values, strict=True)]
        rows.append(
            [
                name,
                f"{statistics.median(values):,.0f}",
                f"{min(values):,.0f} to {max(values):,.0f}",
                f"{statistics.median(ratios):.3f}",
                f"{min(ratios):.3f} to {max(ratios):.3f}",
            ]
        )
    print(f"{device}, {len(own)} rounds")
    print(render(["loop", "real tokens/s, median", "range", "train.py / loop, median", "range"], rows))


if __name__ == "__main__":
    main()
