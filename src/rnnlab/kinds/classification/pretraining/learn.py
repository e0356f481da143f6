"""Training loop of the region pretraining: one pass or a few, no validation, nothing to resume."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.bar import Bar
from rnnlab.data.batching import BucketSampler
from rnnlab.data.documents import Documents
from rnnlab.errors import Diverged, SettingError
from rnnlab.kinds.classification.pretraining.loss import RegionLoss
from rnnlab.kinds.classification.pretraining.targets import targets_of
from rnnlab.training.scheduler.lr_curve import Trapezoid

if TYPE_CHECKING:
    from rnnlab.data.batch import Window
    from rnnlab.data.cache import Split
    from rnnlab.kinds.classification.pretraining.settings import RegionSettings

FLOOR = 0.02  # of the learning rate, at the end
SHOWN = 20  # steps between two figures on the bar


def learn(
    network: Any, text: Split, settings: RegionSettings, device: torch.device, bfloat16: bool
) -> dict[str, list[float]]:
    """Train embedding and encoder of a classifier in place; draws from torch's random numbers.

    Args:
        text: whole texts; no region reaches from one into another.
        bfloat16: under autocast.

    Returns:
        Nats a word of each direction: `start`, by the words' frequencies alone, and `end`, the mean over the
        last tenth of the steps.

    Raises:
        SettingError: no text has two tokens. Diverged: the loss is not finite.
    """
    pieces = Documents(text, settings.window)
    if not len(pieces):
        rule = f"needs texts of two tokens or more, of which one tells the other: none of {len(text.rows)} is"
        raise SettingError("pretraining", "regions", rule)
    sampler = BucketSampler(pieces.lengths, None, settings.batch_tokens, settings.seed)
    steps = settings.epochs * len(sampler)
    learner = Learner(network.to(device).train(), text, settings, steps, bfloat16)
    losses = []
    with Bar(None, "regions", steps, " batches") as bar:
        for batch in batches(pieces, sampler, settings.epochs):
            losses.append(learner.step(batch, device))
            if len(losses) % SHOWN == 0 or len(losses) == steps:
                bar.set_postfix_str(f"{checked(losses[-1], len(losses)):.3f} nats a word", refresh=False)
            bar.update()
    told = torch.stack(losses).cpu()  # (steps, directions)
    return {"start": told[0].tolist(), "end": told[-math.ceil(steps / 10) :].mean(dim=0).tolist()}


def batches(pieces: Documents, sampler: BucketSampler, epochs: int) -> Iterator[Window]:
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        yield from (pieces[rows] for rows in sampler)


def checked(losses: Tensor, step: int) -> float:
    """Return the mean over the directions. Raises Diverged where it is not finite."""
    loss = float(losses.mean())
    if not math.isfinite(loss):
        rule = "a smaller pretraining.lr or a longer pretraining.warmup may help"
        raise Diverged(f"the loss of the regions became {loss} at step {step} or shortly before; {rule}")
    return loss


class Learner:
    """A classifier whose embedding and encoder learn regions, step by step."""

    def __init__(
        self, network: Any, text: Split, settings: RegionSettings, steps: int, bfloat16: bool
    ) -> None:
        encoder = network.encoder
        counts = np.bincount(text.ids, minlength=network.embedding.vectors.num_embeddings)
        targets = targets_of(counts, settings.words, settings.sample)
        directions = 2 if encoder.bidirectional else 1
        loss = RegionLoss(encoder.output_size, directions, targets, settings.region, settings.dropout)
        self.network, self.loss, self.settings, self.bfloat16 = network, loss, settings, bfloat16
        self.loss.to(next(network.parameters()).device)
        modules = nn.ModuleList([network.embedding, encoder, self.loss])
        self.parameters = [p for p in modules.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.parameters, settings.lr, betas=(0.9, 0.99), weight_decay=0.0, fused=True
        )
        shape = Trapezoid(settings.warmup, fall=1 - settings.warmup, final=FLOOR)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda step: shape(step / steps))

    def step(self, batch: Window, device: torch.device) -> Tensor:
        """Take one step of the optimizer; return the loss of each direction before it, (directions,)."""
        tokens, targets, lengths = (part.to(device) for part in (batch.tokens, batch.targets, batch.lengths))
        with torch.autocast(device.type, torch.bfloat16, enabled=self.bfloat16):
            outputs = self.network.encoder(self.network.embedding(tokens), lengths).outputs  # (B, T, O)
            text = torch.cat([tokens[:, :1], targets], dim=1)  # (B, T + 1)
            first = int(torch.randint(min(self.settings.every, tokens.shape[1]), ()))
            places = torch.arange(first, tokens.shape[1], self.settings.every, device=device)
            losses: Tensor = self.loss(outputs, text, lengths, places)
        self.optimizer.zero_grad(set_to_none=True)
        losses.sum().backward()
        if self.settings.gradient_clip_val:
            nn.utils.clip_grad_norm_(self.parameters, self.settings.gradient_clip_val)
        self.optimizer.step()
        self.schedule.step()
        return losses.detach()
