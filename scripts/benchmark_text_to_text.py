"""Measure training and translation of encoder-decoders, beside plain torch and other toolkits.

    python scripts/benchmark_text_to_text.py train                  # task=translation, Multi30k
    python scripts/benchmark_text_to_text.py train task=g2p decoder=bahdanau --steps 20
    python scripts/benchmark_text_to_text.py translate last:translation --exported FOLDER
    python scripts/benchmark_text_to_text.py joeynmt decoder.input_feeding=true

`train`: all loops take turns in one process. After every epoch of our loop (`--steps` batches, loaded, logged
and stepped as in training) the others train on the same batches: a bare torch loop over the same network, its
loss in chunks as ours or by F.cross_entropy of all scores, and the same with torch's packed encoder.
`translate`: one sentence of 12 words on one core, and batches on all of them, by torch and by an exported
folder. `joeynmt`: JoeyNMT trains the same network on the same tokens, in the Python of the race, in
turns with a bare loop over ours. Run it when nothing else runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnnlab.model.encoded import Encoded
from rnnlab.model.target_loss import target_loss
from rnnlab.report.tables import render
from rnnlab.run.build.assemble import build_data, build_network, build_task
from rnnlab.run.build.machine import device_name, set_threads
from rnnlab.run.build.trainer import build_trainer
from rnnlab.run.build.vectors import build_choice, build_vectors
from rnnlab.run.config.arguments import CONFIG_NAME
from rnnlab.sweep.best_run import open_run
from rnnlab.training.callback.quiet import quiet

RACE = Path(__file__).parent / "race"
sys.path += [str(RACE), str(RACE / "peers")]
from peer_python import peer_python  # noqa: E402
from steps_translation import tokens_per_second, write_pairs  # noqa: E402

CONFIG_DIR = Path(__file__).parents[1] / "conf"
OURS = "train.py"
CLASSES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
SENTENCE = "A man in a red shirt is riding a bike down the street."  # 12 words


class PackedEncoder(nn.Module):
    """The usual code: torch's own layers over a packed sequence."""

    causal = False

    def __init__(self, model: Any) -> None:
        super().__init__()
        sizes = (model.embedding_size, model.hidden_size, model.num_layers)
        self.rnn = CLASSES[model.cell](*sizes, batch_first=True, bidirectional=model.bidirectional)

    def forward(self, inputs: Tensor, lengths: Tensor, state: None = None) -> Encoded:
        packed = pack_padded_sequence(inputs, lengths.cpu(), batch_first=True, enforce_sorted=False)
        steps, states = self.rnn(packed)
        outputs, _ = pad_packed_sequence(steps, batch_first=True, total_length=inputs.shape[1])
        last = states[0] if isinstance(states, tuple) else states  # (layers * directions, B, H)
        final = torch.cat(list(last[-2 if self.rnn.bidirectional else -1 :]), dim=-1)
        return Encoded(outputs, final, None)


class Bare:
    """A plain training loop: forward, loss, gradients, clipping, optimizer."""

    def __init__(self, cfg: Any, network: Any, in_chunks: bool) -> None:
        self.network, self.in_chunks = network, in_chunks
        self.optimizer = instantiate(cfg.optimizer)(list(network.named_parameters()))
        self.clip, self.smoothing = cfg.trainer.gradient_clip_val, cfg.task.label_smoothing

    def step(self, batch: Any) -> None:
        inputs = self.network.inputs_of(batch.targets)
        sources = (batch.sources, batch.lengths, batch.copy_sources)
        if self.in_chunks:
            given = (sources, inputs, batch.targets, batch.target_lengths, self.smoothing)
            loss = target_loss(self.network, *given).trained
        else:
            scores = self.network(batch.sources, batch.lengths, inputs, batch.copy_sources).scores.flatten(
                0, 1
            )
            smoothing = self.smoothing
            loss = F.cross_entropy(scores, batch.targets.flatten(), ignore_index=0, label_smoothing=smoothing)
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)
        self.optimizer.step()


class Peers(pl.Callback):
    """Times each epoch of our loop, then every peer on its batches."""

    def __init__(self, peers: dict[str, Callable[[Any], None]]) -> None:
        self.peers = peers
        self.rates: dict[str, list[float]] = {name: [] for name in (OURS, *peers)}

    def on_train_epoch_start(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        self.batches: list[Any] = []
        self.start = time.perf_counter()

    def on_train_batch_start(
        self, trainer: pl.Trainer, task: pl.LightningModule, batch: Any, index: int
    ) -> None:
        self.batches.append(batch)

    def on_train_epoch_end(self, trainer: pl.Trainer, task: pl.LightningModule) -> None:
        seconds = time.perf_counter() - self.start
        tokens = sum(int(batch.target_lengths.sum()) for batch in self.batches)
        self.rates[OURS].append(tokens / seconds)
        for name, step in self.peers.items():
            start = time.perf_counter()
            for batch in self.batches:
                step(batch)
            self.rates[name].append(tokens / (time.perf_counter() - start))


def config(choices: list[str], *fixed: str) -> Any:
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        return compose(CONFIG_NAME, overrides=[*choices, *fixed])


def train(arguments: argparse.Namespace) -> None:
    """Print target tokens per second of each loop, and ours divided by it."""
    with tempfile.TemporaryDirectory() as folder:
        fixed = ["callback=default", "callback.best=null", "callback.last=null", f"paths.run_dir={folder}"]
        fixed += [
            f"trainer.max_epochs={arguments.rounds + 1}",
            f"trainer.limit_train_batches={arguments.steps}",
        ]
        fixed += ["trainer.limit_val_batches=0", "trainer.enable_progress_bar=false"]
        cfg = config(["task=translation", *arguments.choices], *fixed)
        data = build_data(cfg)
        data.prepare()
        threads = set_threads(cfg.threads)
        pl.seed_everything(cfg.seed, verbose=False)
        first, *others = [network_of(cfg, data) for _ in range(4)]
        if cfg.model.cell in CLASSES:
            others[2].encoder = PackedEncoder(cfg.model)
        loops = {"bare": Bare(cfg, others[0], True), "bare, cross_entropy": Bare(cfg, others[1], False)}
        loops["packed, cross_entropy"] = Bare(cfg, others[2], False)
        peers = Peers({name: loop.step for name, loop in loops.items()})
        trainer = build_trainer(cfg, Path(folder))
        trainer.callbacks.append(peers)  # type: ignore[attr-defined]
        trainer.fit(build_task(cfg, data, first), train_dataloaders=data.train_dataloader())
    print(
        f"{device_name(torch.device('cpu'), threads)}, {arguments.rounds} rounds of {arguments.steps} batches"
    )
    report({name: values[1:] for name, values in peers.rates.items()}, OURS, "target tokens/s")


def network_of(cfg: Any, data: Any) -> Any:
    return build_network(cfg, data, build_vectors(build_choice(cfg), data))


def report(rates: dict[str, list[float]], ours: str, unit: str) -> None:
    """Print each median rate, and the median over rounds of `ours` divided by it."""
    rows = []
    for name, values in rates.items():
        ratios = [own / other for own, other in zip(rates[ours], values, strict=True)]
        spread, wide = f"{min(values):,.1f} to {max(values):,.1f}", f"{min(ratios):.2f} to {max(ratios):.2f}"
        rows.append(
            [name, f"{statistics.median(values):,.1f}", spread, f"{statistics.median(ratios):.3f}", wide]
        )
    print(render(["", f"{unit}, median", "range", f"{ours} over it, median", "range"], rows))


def translate(arguments: argparse.Namespace) -> None:
    """Print sentences per second, of one sentence greedily and of many with a beam, by each way."""
    from rnnlab import runtime

    run: Any = open_run(arguments.run)
    torch.set_num_threads(1)
    data = run.data()
    texts = [str(text) for text in data.inputs("validation")][: arguments.texts]
    for title, given, beam in (
        ("one sentence of 12 words, greedy, 1 thread", [SENTENCE], 1),
        ("one sentence of 12 words, beam 5, 1 thread", [SENTENCE], 5),
        (f"{len(texts)} sentences, beam 5, 1 thread", texts, 5),
    ):
        ways: dict[str, Any] = {"torch": run.answerer(beam=beam).predict}
        if arguments.exported:
            ways["exported"] = runtime.open_model(arguments.exported).changed({"beam": beam}).predict
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(arguments.rounds + 1):
            for name, way in ways.items():
                start = time.perf_counter()
                way(given)
                if number:
                    rates[name].append(len(given) / (time.perf_counter() - start))
        print(title)
        report(rates, list(ways)[-1], "sentences/s")


def joeynmt(arguments: argparse.Namespace) -> None:
    """Print target tokens per second of JoeyNMT and of our network in a bare loop, in turns."""
    python = arguments.python or peer_python("multi30k", "joeynmt")
    size = arguments.batch_size
    cfg = config(
        ["task=translation", *arguments.choices], f"data.batch_size={size}", "data.batch_tokens=null"
    )
    data = build_data(cfg)
    data.prepare()
    threads = set_threads(cfg.threads)
    loop = Bare(cfg, network_of(cfg, data), True)
    count = size * (arguments.steps + 2)
    sources = [data.tokenizer.encode(text) for text in data.inputs("train")[:count]]
    targets = [data.tokenizer.encode_target(text) for text in data.targets("train")[:count]]
    rates: dict[str, list[float]] = {"rnnlab, bare": [], "JoeyNMT": []}
    with tempfile.TemporaryDirectory() as folder:
        write_pairs(Path(folder), sources, targets)
        for number in range(arguments.rounds + 1):
            loader = iter(data.train_dataloader())
            batches = [next(loader) for _ in range(arguments.steps)]
            start = time.perf_counter()
            for batch in batches:
                loop.step(batch)
            own = sum(int(batch.target_lengths.sum()) for batch in batches) / (time.perf_counter() - start)
            other = tokens_per_second(python, Path(folder), cfg, size, arguments.steps)
            if number:
                rates["rnnlab, bare"].append(own)
                rates["JoeyNMT"].append(other)
    print(
        f"{device_name(torch.device('cpu'), threads)}, {arguments.rounds} rounds of {arguments.steps} batches"
    )
    report(rates, "rnnlab, bare", "target tokens/s")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for function in (train, translate, joeynmt):
        command = commands.add_parser(function.__name__, help=(function.__doc__ or "").splitlines()[0])
        command.set_defaults(run_command=function)
        if function in (train, joeynmt):
            command.add_argument("choices", nargs="*", help="choices as for train.py")
            command.add_argument("--steps", type=int, default=12, help="batches a round (default 12)")
        if function is translate:
            command.add_argument("run", help="a text-to-text run")
            command.add_argument("--exported", metavar="FOLDER", help="what rnnlab export wrote of it")
            command.add_argument("--texts", type=int, default=256, help="sentences (default 256)")
        if function is joeynmt:
            command.add_argument("--python", help="a Python with joeynmt (default: that of the race)")
            command.add_argument("--batch-size", type=int, default=128, help="rows of a batch (default 128)")
        command.add_argument(
            "--rounds", type=int, default=7, help="rounds after one that warms up (default 7)"
        )
    quiet()
    arguments = parser.parse_args()
    arguments.run_command(arguments)


if __name__ == "__main__":
    main()
