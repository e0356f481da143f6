"""Measure quality and speed of a run's sonnets: lines, rhymes, syllables, likelihood, seconds.

    python train.py experiment=shakespeare_lstm
    python scripts/benchmark_sonnets.py last:shakespeare --count 100 --seed 1 --output sonnets.txt

A sonnet is whole if it has 14 lines and every rhyme of ABAB CDCD EFEF GG by the pronouncing dictionary,
and no other lines rhyme. Text sampled freely at the same temperature gives the baseline of the likelihood.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.fused import engine_of
from rnnlab.generate.verse.forms import FORMS
from rnnlab.generate.verse.measure import Measured
from rnnlab.generate.verse.write import Poem, compose
from rnnlab.generate.write import write
from rnnlab.report.tables import render
from rnnlab.sweep.best_run import open_run

FREE = 600  # characters of each freely sampled text


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", metavar="RUN", help="a run of a language model of characters")
    parser.add_argument("--form", default="sonnet", choices=[name for name in FORMS if name != "abc"])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--prompt", default="")
    parser.add_argument("--output", type=Path, help="a file for the poems")
    options = parser.parse_args()
    run = open_run(options.run)
    engine, decoding = engine_of(run.network), Decoding(temperature=options.temperature)
    poems: list[Poem] = []
    seconds: list[float] = []
    for number in range(options.count):
        start = time.perf_counter()
        poems.append(
            compose(engine, run.tokenizer, options.form, options.prompt, decoding, options.seed, number)
        )
        seconds.append(time.perf_counter() - start)
        if options.output:  # as they come, so that an interruption loses none
            options.output.write_text("\n".join(f"{p.text}({p.report})\n" for p in poems), encoding="utf-8")
    free = write(engine, run.tokenizer, ["\n"] * 16, FREE, decoding, options.seed)
    nats = -sum(text.log_probability for text in free) / sum(len(text.tokens) for text in free)
    rows = table([poem.measured for poem in poems if poem.measured], poems, seconds, nats)
    print(render(["of the poems", ""], rows))


def table(measured: list[Measured], poems: list[Poem], seconds: list[float], free: float) -> list[list[str]]:
    """Return the constraints met, their cost in likelihood, and the time taken."""
    met, due = np.array([m.constraints for m in measured]).sum(axis=0)
    return [
        ["whole: lines and rhyme scheme", f"{sum(m.whole for m in measured)} of {len(measured)}"],
        ["rhymes met", f"{sum(m.rhymes_met for m in measured)} of {sum(m.rhymes_due for m in measured)}"],
        ["syllables off, mean of a line", f"{np.mean([m.syllable_error for m in measured]):.3f}"],
        ["constraints met", f"{met / due:.1%}"],
        ["words known", f"{sum(m.known for m in measured) / sum(m.words for m in measured):.1%}"],
        ["different poems", str(len({poem.text for poem in poems}))],
        ["nats a character", f"{np.mean([poem.nats for poem in poems]):.3f}"],
        ["nats a character, drawn freely", f"{free:.3f}"],
        ["seconds a poem, mean", f"{np.mean(seconds):.2f}"],
        ["seconds a poem, median, most", f"{np.median(seconds):.2f}, {max(seconds):.2f}"],
    ]


if __name__ == "__main__":
    main()
