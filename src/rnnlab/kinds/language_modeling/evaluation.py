"""Evaluation of a language model on a text, in both protocols."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnlab.errors import SettingError, UserError
from rnnlab.kinds.rows import OPTION
from rnnlab.kinds.use import Evaluation, EvaluationRequest, beside, head
from rnnlab.report.tables import number, render

if TYPE_CHECKING:
    from rnnlab.data.batch import Window
    from rnnlab.finished import FinishedRun
    from rnnlab.kinds.language_modeling.styles import OfStyles


def evaluate(run: FinishedRun, request: EvaluationRequest) -> Evaluation:
    """Measure a language model in both protocols, on a split of its text or on a text file.

    Raises:
        UserError: rows of a table are asked for, the data have changed since, or the file cannot be read.
    """
    if request.format is not None:
        rule = "a language model is evaluated on a text file, not on rows"
        raise UserError(f"--data={request.format}: {rule}")
    metrics = text_metrics(run, request.split, request.path, request.progress)
    plain = {name: {"value": value} for name, value in metrics.items()}
    results = {**head(run, request.source), "metrics": plain}
    title = f"{run.task} with {run.model}: {request.source}"
    if request.path is None:
        results["baselines"] = request.baselines
    rows = [[name, number(value), *beside(request.baselines, name)] for name, value in metrics.items()]
    return Evaluation(results, f"{title}\n\n{render(['per token', 'value', *request.baselines], rows)}")


def text_metrics(run: FinishedRun, split: str, path: Path | None, progress: bool = False) -> dict[str, float]:
    """Return nats and bits a token, perplexity and accuracy: `nats_windows`, `nats_stream` and so on.

    In windows each begins with an empty state, as training validates; as one stream the state is carried from
    the first token to the last. `bits_per_character_stream` and `tokens` as well, and of a split of several
    styles `nats_windows_NAME` of each.

    Args:
        path: a text file; None takes the split of the run's own data.

    Raises:
        SettingError: the data have changed since, or the file cannot be read.
    """
    from rnnlab.evaluation.perplexity import surprise
    from rnnlab.kinds.language_modeling.styles import OfStyles

    windows, stream, characters = _of_split(run, split) if path is None else _of_file(run, path)
    styles = OfStyles(run.facts["styles"] if path is None else ())
    separate = _nats(run, windows, False, progress, styles)
    whole = _nats(run, stream, True, progress)
    found = {**separate.metrics("windows"), **styles.metrics("windows"), **whole.metrics("stream")}
    per_character = surprise(whole.nats, whole.tokens, characters).bits_per_character
    return {**found, "bits_per_character_stream": per_character or 0.0, "tokens": whole.tokens}


def _of_split(run: FinishedRun, split: str) -> tuple[Iterable[Window], Iterable[Window], int]:
    data: Any = run.data()
    part = data.encoded(split)
    texts = [part.ids[start + 1 : end].tolist() for start, end in pairwise(part.offsets.tolist())]
    characters = sum(len(run.tokenizer.decode(text)) for text in texts)
    return data.splits()[split], data.stream_dataloader(split), characters


def _of_file(run: FinishedRun, path: Path) -> tuple[Iterable[Window], Iterable[Window], int]:
    import numpy as np

    from rnnlab.data.files import read_text
    from rnnlab.data.lanes import Windows, WindowSampler
    from rnnlab.data.language_modeling import STREAM_CHUNK
    from rnnlab.data.loader import make_loader

    if not path.is_file():
        raise SettingError(OPTION, path, "there is no such file")
    try:
        text = read_text(path)
    except SettingError as error:
        raise SettingError(OPTION, path, error.rule) from error
    settings = run.config.data
    ids = np.array(run.tokenizer.encode(run.cleaner(text)), np.int64)
    if len(ids) < 2:
        raise SettingError(OPTION, path, "has fewer than two tokens: there is none to predict")
    characters = len(run.tokenizer.decode(ids[1:].tolist()))
    ids = ids[::-1] if settings.get("reversed") else ids
    windows, stream = Windows(ids, settings.eval_window), Windows(ids, STREAM_CHUNK, carried=True)
    batches = WindowSampler(len(windows), settings.eval_batch_size), WindowSampler(len(stream), 1)
    return make_loader(windows, batches[0]), make_loader(stream, batches[1]), characters


def _nats(
    run: FinishedRun, batches: Iterable[Window], carried: bool, progress: bool, styles: OfStyles | None = None
) -> Any:
    """Return the `Nats` of all batches, and add each style's to `styles`; a carried state goes on."""
    import torch

    from rnnlab.bar import Bar
    from rnnlab.kinds.language_modeling.styles import style_weights
    from rnnlab.kinds.language_modeling.token_loss import TokenLoss, real_targets

    nats, state = TokenLoss(), None
    with torch.inference_mode():
        for batch in Bar(batches, unit=" batches") if progress else batches:
            tokens, targets, lengths = (part.to(run.device) for part in batch[:3])
            numbers = None if batch.styles is None else batch.styles.to(run.device)  # (B,)
            before, style = None if batch.fresh or not carried else state, style_weights(run.network, numbers)
            given = (tokens, before) if style is None else (tokens, before, None, style)
            logits, state = run.network(*given)
            wanted = real_targets(targets, lengths)
            nats.add(logits, wanted)
            if styles is not None:
                styles.add(logits, wanted, numbers)
    return nats
