"""A GPT with the settings that nanoGPT publishes for a CPU, its decay stretched over the budget."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

# user: begin
import torch
from torch import nn
from torch.nn.functional import cross_entropy, log_softmax, scaled_dot_product_attention

# user: end
from protocol import Clock, Job, run

# user: begin
BLOCK, BATCH, LAYERS, HEADS, SIZE = 64, 12, 4, 4, 128
RATE, LEAST, WARM_UP, DECAY, BETAS, CLIP, EVERY = 1e-3, 1e-4, 100, 0.1, (0.9, 0.99), 1.0, 250


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(SIZE, bias=False), nn.LayerNorm(SIZE, bias=False)
        self.attend, self.project = nn.Linear(SIZE, 3 * SIZE, bias=False), nn.Linear(SIZE, SIZE, bias=False)
        self.mix = nn.Sequential(
            nn.Linear(SIZE, 4 * SIZE, bias=False), nn.GELU(), nn.Linear(4 * SIZE, SIZE, bias=False)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows, steps, _ = x.shape
        parts = self.attend(self.first(x)).view(rows, steps, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        read = scaled_dot_product_attention(parts[0], parts[1], parts[2], is_causal=True)
        x = x + self.project(read.transpose(1, 2).reshape(rows, steps, SIZE))
        return x + self.mix(self.second(x))


class GPT(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.vectors, self.places = nn.Embedding(size, SIZE), nn.Embedding(BLOCK, SIZE)
        self.layers, self.norm = (
            nn.Sequential(*(Layer() for _ in range(LAYERS))),
            nn.LayerNorm(SIZE, bias=False),
        )
        self.head = nn.Linear(SIZE, size, bias=False)
        self.head.weight = self.vectors.weight
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                residual = name.endswith(("project.weight", "mix.2.weight"))
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * LAYERS) if residual else 0.02)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.vectors(tokens) + self.places.weight[: tokens.shape[1]]
        return self.head(self.norm(self.layers(x)))


# user: end


def ids(job: Job, split: str) -> torch.Tensor:
    # user: begin
    places = {character: number for number, character in enumerate(job.settings["alphabet"])}
    return torch.tensor([places[character] for character in job.files[split].read_text(encoding="utf-8")])
    # user: end


def train(job: Job, clock: Clock) -> None:
    # user: begin
    torch.manual_seed(job.seed)
    network = GPT(len(job.settings["alphabet"]))
    groups = [[p for p in network.parameters() if (p.dim() > 1) is matrix] for matrix in (True, False)]
    optimizer = torch.optim.AdamW(
        [{"params": groups[0], "weight_decay": DECAY}, {"params": groups[1], "weight_decay": 0.0}],
        RATE,
        BETAS,
    )
    text, validation = ids(job, "train"), ids(job, "validation")
    best, step, offsets = np.inf, 0, torch.arange(BLOCK + 1)
    # user: end
    begun = clock.seconds()
    while not clock.over():
        part = (clock.seconds() - begun) / max(job.budget - begun, 1e-9)
        # user: begin
        rate = RATE * (step + 1) / WARM_UP
        if step >= WARM_UP:
            rate = LEAST + (RATE - LEAST) * (1 + math.cos(math.pi * min(1.0, part))) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate
        rows = text[torch.randint(len(text) - BLOCK, (BATCH, 1)) + offsets]
        loss = cross_entropy(network(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()
        step += 1
        if step % EVERY == 0:
            found = nats(network, validation[: 20 * BATCH * BLOCK], job.settings["block"])
            if found < best:
                best = found
                torch.save(network.state_dict(), job.folder / "model.pt")
        # user: end
    if not np.isfinite(best):
        torch.save(network.state_dict(), job.folder / "model.pt")
    clock.mark(lambda split: answers(job, split), final=True)


@torch.inference_mode()
def predicted(network: GPT, text: torch.Tensor, block: int) -> np.ndarray:
    """Return the log-probabilities (N, V) of all characters but the first.

    The network reads 64 characters; a block is read in pieces that overlap by half: a prediction knows
    32 characters before it wherever the block has them.
    """
    # user: begin
    whole = (len(text) - 1) // block * block
    parts = [read(network, rows) for rows in text[:whole].view(-1, block).split(64)] if whole else []
    if whole < len(text) - 1:
        parts.append(read(network, text[None, whole:-1]))
    return log_softmax(torch.cat(parts), -1).numpy()
    # user: end


def read(network: GPT, rows: torch.Tensor) -> torch.Tensor:
    # user: begin
    found = [network(rows[:, :BLOCK])]
    for first in range(BLOCK, rows.shape[1], BLOCK // 2):
        piece = rows[:, first - BLOCK // 2 : first + BLOCK // 2]
        found.append(network(piece)[:, BLOCK // 2 :])
    return torch.cat(found, 1).flatten(0, 1)
    # user: end


def nats(network: GPT, text: torch.Tensor, block: int) -> float:
    # user: begin
    found = predicted(network, text, block)
    return float(-found[np.arange(len(found)), text[1:].numpy()].mean())
    # user: end


def opened(job: Job) -> GPT:
    # user: begin
    network = GPT(len(job.settings["alphabet"])).eval()
    network.load_state_dict(torch.load(job.folder / "model.pt"))
    return network
    # user: end


def answers(job: Job, split: str) -> np.ndarray:
    return predicted(opened(job), ids(job, split), job.settings["block"])


def load(job: Job) -> Callable[[list[str]], Any]:
    network, alphabet = opened(job), job.settings["alphabet"]
    places = {character: number for number, character in enumerate(alphabet)}

    @torch.inference_mode()
    def write(prompts: list[str]) -> list[str]:
        # user: begin
        tokens = torch.tensor([[places[character] for character in prompt] for prompt in prompts])
        for _ in range(job.settings["length"]):
            logits = network(tokens[:, -BLOCK:])[:, -1]
            tokens = torch.cat((tokens, torch.multinomial(logits.softmax(-1), 1)), 1)
        written = tokens[:, -job.settings["length"] :].tolist()
        return ["".join(alphabet[number] for number in row) for row in written]
        # user: end

    return write


def prompts(job: Job) -> list[str]:
    found: list[str] = json.loads(job.files["prompts"].read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    run(train, load, prompts)
