"""Compare real tokens per second of `train.py`'s own loop with bare torch, packed torch and Keras 3.

    pip install -c constraints.txt -e ".[bench]"        # brings keras
    python scripts/benchmark_peers.py                   # IMDB, BiLSTM, as task=imdb model=bilstm
    python scripts/benchmark_peers.py task=tweets --steps 100 --plot peers.png
    python scripts/benchmark_peers.py trainer.precision=bf16-mixed # all of them, Keras mixed_bfloat16
    python scripts/benchmark_peers.py trainer=gpu                    # beside bare cuDNN

All take turns in one process: after every epoch of our loop (`--steps` batches, loaded, logged and stepped as
in training) the others train on the same batches, with as many threads and the same network:
a bare torch loop over our model, the same over torch's packed sequences, and Keras 3 on torch with its
masks; `--peers in_turn` is the bare loop whose two directions take turns, each with all threads. Run it when
nothing else runs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytorch_lightning as pl
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnlab.data.batch import Batch
from rnnlab.model import side_by_side
from rnnlab.model.encoder import Encoded
from rnnlab.report.tables import render
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.machine import device_name, set_threads
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.run.config.arguments import CONFIG_NAME
from rnnlab.training.callback.quiet import quiet

CONFIG_DIR = Path(__file__).parents[1] / "conf"
CLASSES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
OURS = "train.py"


class PackedEncoder(nn.Module):
    """The usual code: torch's own bidirectional layers over a packed sequence."""

    causal = False

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.rnn = CLASSES[model.cell](
            model.embedding_size,
            model.hidden_size,
            model.num_layers,
            batch_first=True,
            bidirectional=model.bidirectional,
        )

    def forward(self, inputs: Tensor, lengths: Tensor, state: None = None) -> Encoded:
        packed = pack_padded_sequence(inputs, lengths.cpu(), batch_first=True, enforce_sorted=False)
        steps, states = self.rnn(packed)
        outputs, _ = pad_packed_sequence(steps, batch_first=True, total_length=inputs.shape[1])
        last = states[0] if isinstance(states, tuple) else states  # (layers * directions, B, H)
        final = torch.cat(list(last[-2 if self.rnn.bidirectional else -1 :]), dim=-1)
        return Encoded(outputs, final, None)


class Bare:
    """A plain training loop: forward, loss, gradients, clipping, optimizer."""

    def __init__(
        self, network: nn.Module, optimizer: torch.optim.Optimizer, clip: float | None, bfloat16: bool
    ) -> None:
        self.network, self.optimizer, self.clip, self.bfloat16 = network, optimizer, clip, bfloat16

    def step(self, batch: Batch) -> None:
        with torch.autocast(batch.tokens.device.type, torch.bfloat16, enabled=self.bfloat16):
            loss = nn.functional.cross_entropy(self.network(batch.tokens, batch.lengths), batch.labels)
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)
        self.optimizer.step()


class InTurn(Bare):
    """The plain loop with the directions of a layer one after the other."""

    def step(self, batch: Batch) -> None:
        with mock.patch.object(side_by_side, "fits_side_by_side", return_value=False):
            super().step(batch)


class Peers(pl.Callback):
    """Times each epoch of our loop, then every peer on its batches."""

    def __init__(self, peers: dict[str, Callable[[Batch], None]]) -> None:
        self.peers = peers
        self.rates: dict[str, list[float]] = {name: [] for name in (OURS, *peers)}

    def on_train_epoch_start(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        self.batches: list[Batch] = []
        self.start = now(task.device)

    def on_train_batch_start(
        self, trainer: pl.Trainer, task: pl.LightningModule, batch: Batch, index: int
    ) -> None:
        self.batches.append(batch)

    def on_train_epoch_end(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        seconds = now(task.device) - self.start
        tokens = sum(int(batch.lengths.sum()) for batch in self.batches)
        self.rates[OURS].append(tokens / seconds)
        for name, step in self.peers.items():
            start = now(task.device)
            for batch in self.batches:
                step(batch)
            self.rates[name].append(tokens / (now(task.device) - start))


def now(device: torch.device) -> float:
    """Return the time in seconds, after the device has finished its work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def build(overrides: list[str], folder: str, steps: int, rounds: int) -> tuple[Any, Any]:
    """Return the config of `rounds` counted epochs after a warm-up epoch, and the prepared data."""
    fixed = ["callback=default", "callback.best=null", "callback.last=null", f"paths.run_dir={folder}"]
    fixed += [f"trainer.max_epochs={rounds + 1}", f"trainer.limit_train_batches={steps}"]
    fixed += ["trainer.limit_val_batches=0", "trainer.enable_progress_bar=false"]
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        cfg = compose(CONFIG_NAME, overrides=["task=imdb", "model=bilstm", *overrides, *fixed])
    data = build_data(cfg)
    data.prepare()
    return cfg, data


def build_peers(cfg: Any, data: Any, names: list[str]) -> dict[str, Callable[[Batch], None]]:
    """Return the step of each requested peer that is installed."""
    make, clip = instantiate(cfg.optimizer), cfg.trainer.gradient_clip_val
    bfloat16 = cfg.trainer.precision == "bf16-mixed"
    device = torch.device("cuda" if cfg.trainer.accelerator == "gpu" else "cpu")
    peers: dict[str, Callable[[Batch], None]] = {}
    for name in ("bare", "packed", "in_turn"):
        network = build_network(cfg, data, build_vectors(build_choice(cfg), data))
        if name == "packed":
            network.encoder = PackedEncoder(cfg.model)
        network.to(device)
        loop = InTurn if name == "in_turn" else Bare
        peers[name] = loop(network, make(list(network.named_parameters())), clip, bfloat16).step
    if "keras" in names:
        from peer_keras import KerasPeer  # late: an extra

        vocab_size = data.tokenizer.vocab_size
        policy = "mixed_bfloat16" if bfloat16 else "float32"
        peers["keras"] = KerasPeer(vocab_size, cfg.model, cfg.optimizer, clip, data.num_classes, policy).step
    return {name: step for name, step in peers.items() if name in names}


def measure(arguments: argparse.Namespace, folder: str) -> None:
    quiet()
    cfg, data = build(arguments.overrides, folder, arguments.steps, arguments.rounds)
    threads = set_threads(cfg.threads)
    pl.seed_everything(cfg.seed, verbose=False)
    network = build_network(cfg, data, build_vectors(build_choice(cfg), data))
    peers = Peers(build_peers(cfg, data, arguments.peers.split(",")))
    trainer = build_trainer(cfg, Path(folder))
    trainer.callbacks.append(peers)  # type: ignore[attr-defined]
    trainer.fit(build_task(cfg, data, network), train_dataloaders=data.train_dataloader())
    counted = {name: values[1:] for name, values in peers.rates.items()}
    device = device_name(trainer.strategy.root_device, threads)
    print(f"{device}, {arguments.rounds} rounds of {arguments.steps} batches")
    report(counted)
    if arguments.plot:
        draw(counted).savefig(arguments.plot)
        print(f"plot: {arguments.plot}")


def report(rates: dict[str, list[float]]) -> None:
    """Print median tokens per second of each loop, and the median over rounds of ours divided by it."""
    rows = []
    for name, values in rates.items():
        ratios = [ours / other for ours, other in zip(rates[OURS], values, strict=True)]
        spread, wide = f"{min(values):,.0f} to {max(values):,.0f}", f"{min(ratios):.2f} to {max(ratios):.2f}"
        median = f"{statistics.median(values):,.0f}"
        rows.append([name, median, spread, f"{statistics.median(ratios):.3f}", wide])
    print(render(["loop", "real tokens/s, median", "range", "ours over it, median", "range"], rows))


def draw(rates: dict[str, list[float]]) -> Any:
    """Plot a bar for each loop, with its rounds as points."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.2), dpi=120, layout="constrained")
    axis = figure.subplots()
    names = list(rates)[::-1]
    axis.barh(names, [statistics.median(rates[name]) for name in names], color="#0072b2")
    for place, name in enumerate(names):
        axis.plot(rates[name], [place] * len(rates[name]), ".", color="#222222", markersize=4)
    axis.set_xlabel("real tokens a second in training (bar: median, points: rounds)", fontsize=9)
    axis.spines[["top", "right"]].set_visible(False)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("overrides", nargs="*", help="choices as for train.py, classification only")
    parser.add_argument("--steps", type=int, default=12, help="batches a round (default 12)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds after one that warms up (default 7)")
    parser.add_argument(
        "--peers", default="bare,packed,keras", help="which of them, or in_turn (default: bare,packed,keras)"
    )
    parser.add_argument("--plot", metavar="FILE", help="draw the bars into FILE")
    with tempfile.TemporaryDirectory() as folder:
        measure(parser.parse_args(), folder)


if __name__ == "__main__":
    main()
