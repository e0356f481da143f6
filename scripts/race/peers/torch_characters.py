"""char-rnn rebuilt on torch: its published defaults, a step for each batch of contiguous text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

# user: begin
import torch
from torch import nn
from torch.nn.functional import cross_entropy, log_softmax

# user: end
from protocol import Clock, Job, run

# user: begin
BATCH, STEPS, UNITS, LAYERS, RATE, CLIP = 50, 50, 128, 2, 2e-3, 5.0
DECAY, DECAY_AFTER, EVERY = 0.97, 10, 200  # of the rate, an epoch, after ten; steps between validations


class CharRNN(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding(size, UNITS)
        self.lstm = nn.LSTM(UNITS, UNITS, LAYERS, batch_first=True)
        self.head = nn.Linear(UNITS, size)

    def forward(self, tokens: torch.Tensor, state: Any = None) -> tuple[torch.Tensor, Any]:
        outputs, state = self.lstm(self.vectors(tokens), state)
        return self.head(outputs), state


# user: end


def ids(job: Job, split: str) -> torch.Tensor:
    # user: begin
    places = {character: number for number, character in enumerate(job.settings["alphabet"])}
    return torch.tensor([places[character] for character in job.files[split].read_text(encoding="utf-8")])
    # user: end


def train(job: Job, clock: Clock) -> None:
    # user: begin
    torch.manual_seed(job.seed)
    network = CharRNN(len(job.settings["alphabet"]))
    optimizer = torch.optim.RMSprop(network.parameters(), RATE, alpha=0.95)
    text, validation = ids(job, "train"), ids(job, "validation")
    lanes = text[: len(text) // BATCH * BATCH].view(BATCH, -1)
    best, step, epoch, state = np.inf, 0, 0, None
    windows = (lanes.shape[1] - 1) // STEPS
    # user: end
    while not clock.over():
        # user: begin
        if step % windows == 0:
            state, epoch = None, epoch + 1
            for group in optimizer.param_groups:
                group["lr"] = RATE * DECAY ** max(0, epoch - DECAY_AFTER)
        start = step % windows * STEPS
        logits, state = network(lanes[:, start : start + STEPS], state)
        state = tuple(part.detach() for part in state)
        loss = cross_entropy(logits.flatten(0, 1), lanes[:, start + 1 : start + STEPS + 1].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(network.parameters(), CLIP)
        optimizer.step()
        step += 1
        if step % EVERY == 0:
            found = nats(network, validation, job.settings["block"])
            if found < best:
                best = found
                torch.save(network.state_dict(), job.folder / "model.pt")
        # user: end
        if clock.due() and np.isfinite(best):
            clock.mark(lambda split: answers(job, split))
    if not np.isfinite(best):
        torch.save(network.state_dict(), job.folder / "model.pt")
    clock.mark(lambda split: answers(job, split), final=True)


@torch.inference_mode()
def predicted(network: CharRNN, text: torch.Tensor, block: int) -> np.ndarray:
    """Return the log-probabilities (N, V) of all characters but the first, in blocks from a zero state."""
    # user: begin
    whole = len(text[:-1]) // block * block
    parts = [network(text[:whole].view(-1, block))[0].flatten(0, 1)] if whole else []
    if whole < len(text) - 1:
        parts.append(network(text[None, whole:-1])[0][0])
    return log_softmax(torch.cat(parts), -1).numpy()
    # user: end


def nats(network: CharRNN, text: torch.Tensor, block: int) -> float:
    # user: begin
    found = predicted(network, text, block)
    return float(-found[np.arange(len(found)), text[1:].numpy()].mean())
    # user: end


def opened(job: Job) -> CharRNN:
    # user: begin
    network = CharRNN(len(job.settings["alphabet"])).eval()
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
        tokens, state, written = torch.tensor([[places[c] for c in prompt] for prompt in prompts]), None, []
        for _ in range(job.settings["length"]):
            logits, state = network(tokens, state)
            tokens = torch.multinomial(logits[:, -1].softmax(-1), 1)
            written.append(tokens)
        return ["".join(alphabet[number] for number in row) for row in torch.cat(written, 1).tolist()]
        # user: end

    return write


def prompts(job: Job) -> list[str]:
    found: list[str] = json.loads(job.files["prompts"].read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    run(train, load, prompts)
