"""JoeyNMT: an LSTM with attention on shared subwords; its command stands still while predictions are made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# user: begin
import sentencepiece
import yaml

# user: end
from protocol import Clock, Job, in_time, run

SIDES = ("source", "target")


def prepare(job: Job) -> Path:
    """Train the subwords, write the config, and return its path."""
    train, languages = job.files["train"], {side: job.settings[side] for side in SIDES}
    # user: begin
    sentencepiece.SentencePieceTrainer.train(
        input=[f"{train}.{language}" for language in languages.values()],
        model_prefix=str(job.folder / "pieces"), vocab_size=4000, character_coverage=1.0,
    )  # fmt: skip
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(job.folder / "pieces.model"))
    words = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    vocabulary = job.folder / "vocabulary.txt"
    special = ("<unk>", "<s>", "</s>")
    vocabulary.write_text("".join(f"{word}\n" for word in words if word not in special), encoding="utf-8")
    side = {
        "max_length": 100,
        "lowercase": False,
        "normalize": False,
        "level": "bpe",
        "voc_min_freq": 1,
        "voc_file": str(vocabulary),
        "tokenizer_type": "sentencepiece",
        "tokenizer_cfg": {"model_file": str(job.folder / "pieces.model"), "pretokenizer": "none"},
    }
    layers = {
        "type": "recurrent",
        "rnn_type": "lstm",
        "embeddings": {"embedding_dim": 256, "scale": False},
        "hidden_size": 256,
        "num_layers": 1,
        "dropout": 0.2,
    }
    config = {
        "name": "race",
        "joeynmt_version": "2.3.0",
        "model_dir": str(job.folder / "model"),
        "use_cuda": False,
        "random_seed": job.seed,
        "data": {
            "train": str(train),
            "dev": str(job.files["validation"]),
            "dataset_type": "plain",
            "src": {"lang": languages["source"], **side},
            "trg": {"lang": languages["target"], **side},
        },
        "testing": {
            "beam_size": 5,
            "beam_alpha": 1.0,
            "batch_size": 64,
            "max_output_length": 60,
            "eval_metrics": ["bleu"],
        },
        "training": {
            "optimizer": "adam",
            "learning_rate": 1.0e-3,
            "scheduling": "exponential",  # its "plateau" does not start under this torch
            "decrease_factor": 0.95,
            "batch_size": 2048,
            "batch_type": "token",
            "normalization": "tokens",
            "label_smoothing": 0.1,
            "clip_grad_norm": 1.0,
            "epochs": 1000,
            "validation_freq": 250,
            "logging_freq": 50,
            "early_stopping_metric": "bleu",
            "keep_best_ckpts": 1,
        },
        "model": {
            "tied_embeddings": True,
            "encoder": {**layers, "bidirectional": True},
            "decoder": {
                **layers,
                "hidden_dropout": 0.2,
                "input_feeding": True,
                "init_hidden": "bridge",
                "attention": "luong",
            },
        },
    }
    path = job.folder / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path
    # user: end


def train(job: Job, clock: Clock) -> None:
    path = prepare(job)
    # user: begin
    process = subprocess.Popen([sys.executable, "-m", "joeynmt", "train", str(path), "--skip-test"])
    # user: end
    try:
        while process.poll() is None and not clock.over():
            time.sleep(0.2)
            if clock.due() and best(job).is_file():
                with standing(process):
                    clock.mark(lambda split: answers(job, split))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    if not best(job).is_file():
        raise SystemExit(
            "JoeyNMT had no checkpoint within the budget: its first validation comes after 250 steps"
        )
    clock.mark(lambda split: answers(job, split), final=True)


def best(job: Job) -> Path:
    return job.folder / "model" / "best.ckpt"


@contextmanager
def standing(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop the training for as long as predictions are made."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def answers(job: Job, split: str) -> list[str]:
    found: list[str] = in_time(job, load(job), texts(job, split), chunk=256)
    return found


def texts(job: Job, split: str) -> list[str]:
    path = Path(f"{job.files[split]}.{job.settings['source']}")
    return path.read_text(encoding="utf-8").splitlines()


def load(job: Job) -> Callable[[list[str]], Any]:
    """Open the best checkpoint as JoeyNMT's interactive translation does."""
    # user: begin
    from joeynmt.config import load_config, parse_global_args
    from joeynmt.prediction import predict, prepare

    arguments = parse_global_args(load_config(job.folder / "config.yaml"), rank=0, mode="translate")
    model, _, _, data = prepare(arguments, rank=0, mode="translate")

    def translate(rows: list[str]) -> list[str]:
        data.reset_cache()
        for row in rows:
            data.set_item(row)
        _, _, found, *_ = predict(
            model=model, data=data, device=arguments.device, n_gpu=arguments.n_gpu,
            normalization="none", args=arguments.test, autocast=arguments.autocast, compute_loss=False,
        )  # fmt: skip
        return list(found)

    # user: end
    return translate


if __name__ == "__main__":
    run(train, load, lambda job: texts(job, "test"))
