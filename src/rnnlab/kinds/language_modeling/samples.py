"""Sample texts that a language model writes at the end of its run."""

from __future__ import annotations

import logging
import re
from typing import Any

import numpy as np

from rnnlab.atomic import write_whole
from rnnlab.kinds.work import Outputs, Work

log = logging.getLogger("rnnlab")


def write_samples(work: Work) -> Outputs:
    """Write and print samples.txt: a text at each temperature (in each style) from the best checkpoint."""
    from rnnlab.generate.decoding.settings import Decoding
    from rnnlab.generate.fused import engine_of
    from rnnlab.generate.write import write

    wanted, tokenizer, network = work.settings.task.samples, work.data.tokenizer, work.task.network
    prompt, parts = known_prompt(wanted.prompt, tokenizer), []
    styles = work.facts["styles"] if getattr(network, "styles", 0) else ("",)
    for place, style in enumerate(styles):
        engine = engine_of(network, np.eye(len(styles))[place] if style else None)
        for temperature in wanted.temperatures:
            decoding = Decoding(temperature=temperature)
            text = write(engine, tokenizer, [prompt], wanted.length, decoding, work.settings.seed)[0].text
            named = f"{style}, " if style else ""
            parts.append(f"--- {named}temperature {temperature} ---\n{text.strip()}\n")
    text = "\n".join(parts)
    write_whole(work.folder.samples, text)
    log.info("\n%s", text)
    return Outputs(texts={"samples": text})


def known_prompt(prompt: str, tokenizer: Any) -> str:
    """Return the prompt, or the vocabulary's first text symbol if the tokenizer knows none of it."""
    if tokenizer.unknown_id not in tokenizer.encode(prompt):
        return prompt
    return next(token for token in tokenizer.vocabulary if not re.fullmatch(r"<\w+>", token))
