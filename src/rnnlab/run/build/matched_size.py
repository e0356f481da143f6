"""Find the sizes of a network with a given number of parameters, `model.parameters`, or of numbers of state,
`model.state_size`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import ceil, lcm, sqrt

import torch
from omegaconf import DictConfig

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Facts
from rnnlab.model.settings import PARAMETER_TOLERANCE, STATE_TOLERANCE, mlp_width
from rnnlab.model.size import Size, size_of
from rnnlab.run.build.count import VectorSize, on_meta
from rnnlab.run.build.size_template import Sizes, Template, in_words, set_sizes, starting_sizes
from rnnlab.run.build.vectors import Words

WIDEST = 1 << 24  # units that a search goes up to


def match_size(cfg: DictConfig, facts: Facts, vocabulary: int | None, words: Words | None) -> str | None:
    """Set the sizes in `cfg.model` so that the network is as large as it asks for; return a line about them.

    `hidden_size` is searched first. The last of the difference is taken up by the MLP of residual blocks,
    else by `embedding_size` where it is a number of its own. None where nothing is asked for.

    Raises:
        SettingError: no sizes come close enough; it names the nearest.
    """
    for name, tolerance in (("parameters", PARAMETER_TOLERANCE), ("state_size", STATE_TOLERANCE)):
        wanted = cfg.model.get(name)
        if wanted is None:
            continue
        sizes, size = Search(cfg, facts, vocabulary, _size_of(words), name, int(wanted)).run(tolerance)
        count = getattr(size, name)
        if abs(count - wanted) > tolerance * wanted:
            nearest = f"the nearest is {count:,} with {in_words(sizes)}"
            raise SettingError(f"model.{name}", wanted, f"no width comes within {tolerance:.0%}: {nearest}")
        set_sizes(cfg, sizes)
        noun = "parameters" if name == "parameters" else "numbers of state"
        return f"{in_words(sizes)}: {count:,} {noun}, asked {wanted:,}"
    return None


class Search:
    """The search for the sizes of one config.

    Args:
        cfg: the config, which stays as it is.
        facts, vocabulary, words: of its data.
        name: the field of `Size` that is matched. wanted: its value.
    """

    def __init__(
        self,
        cfg: DictConfig,
        facts: Facts,
        vocabulary: int | None,
        words: VectorSize | None,
        name: str,
        wanted: int,
    ) -> None:
        self.start = starting_sizes(cfg)
        self.template = Template(cfg, self.start)
        self.facts, self.vocabulary, self.words = facts, vocabulary, words
        self.name, self.wanted = name, wanted
        attention = cfg.model.encoder.get("attention") or {}
        self.step = lcm(int(cfg.model.get("heads", 1)), int(attention.get("num_heads") or 1))
        self.count = cache(self._count)

    def run(self, tolerance: float) -> tuple[Sizes, Size]:
        """Return the nearest sizes, and those of their network."""
        below = last_below(lambda k: self.of(self.wide(k)), self.wanted)
        near = [self.wide(k) for k in (below, below + 1) if k]
        if self.name == "parameters":
            near += [self.refined(sizes) for sizes in list(near)]
        close = [sizes for sizes in near if self.miss(sizes) <= tolerance / 4]
        if close:  # the least change of the other sizes
            best = min(close, key=lambda sizes: (self.change(sizes), self.miss(sizes)))
        else:
            best = min(near, key=self.miss)
        return best, self.count(**best)

    def wide(self, number: int) -> Sizes:
        """Return the first sizes with another hidden size, `number` times what it is a multiple of."""
        return self.start | {"hidden_size": number * self.step}

    def of(self, sizes: Sizes) -> int:
        return int(getattr(self.count(**sizes), self.name))

    def miss(self, sizes: Sizes) -> float:
        return abs(self.of(sizes) - self.wanted) / self.wanted

    def change(self, sizes: Sizes) -> float:
        """Return by how much the sizes besides the hidden one have changed."""
        return sum(abs(sizes[name] / old - 1) for name, old in self.start.items() if name != "hidden_size")

    def refined(self, sizes: Sizes) -> Sizes:
        """Return the sizes with the MLP or the vectors as wide as comes nearest."""
        hidden = int(sizes["hidden_size"])
        if "mlp_ratio" in sizes:
            width = mlp_width(float(sizes["mlp_ratio"]), hidden)
            best = self.nearest(width, lambda width: sizes | {"mlp_ratio": width / hidden})
            return sizes | {"mlp_ratio": best / hidden}
        if "embedding_size" in sizes:
            best = self.nearest(int(sizes["embedding_size"]), lambda width: sizes | {"embedding_size": width})
            return sizes | {"embedding_size": best}
        return sizes

    def nearest(self, width: int, sizes: Callable[[int], Sizes]) -> int:
        """Return the width from half to twice this one that comes nearest: each unit adds the same number."""
        here, more = (self.of(sizes(each)) for each in (width, width + 1))
        best = width if more == here else width + round((self.wanted - here) / (more - here))
        return min(max(best, ceil(width / 2)), 2 * width)

    def _count(self, **sizes: int | float) -> Size:
        """Return the size of the network with these sizes."""
        cfg = self.template.filled(sizes)
        with torch.random.fork_rng(devices=[]):
            found = size_of(on_meta(cfg, self.facts, self.vocabulary, self.words))
        if self.words is not None and self.vocabulary is not None:
            more = self.words.projected(self.vocabulary) - self.words.frozen(self.vocabulary)
            found = found._replace(parameters=found.parameters + more)
        return Size(*(int(cfg.model.get("members", 1)) * each for each in found))


def last_below(count: Callable[[int], int], wanted: int) -> int:
    """Return the largest whole number whose count is at most `wanted`; 0 if that of 1 is more already.

    Counts grow like a polynomial of degree 2: the first guess is the root of that through three of them.
    """
    if count(1) > wanted:
        return 0
    low, high = 1, WIDEST
    guess = root((1, 8, 64), [count(k) for k in (1, 8, 64)], wanted)
    stride = 1
    while high - low > 1:
        middle = min(max(guess, low + 1), high - 1)
        if count(middle) <= wanted:
            low, guess = middle, middle + stride
        else:
            high, guess = middle, middle - stride
        stride *= 2
    return low


def root(at: tuple[int, int, int], counts: list[int], wanted: int) -> int:
    """Return where the parabola through three points reaches `wanted`, rounded down."""
    (a, b, c), (x, y, z) = at, counts
    first, second = (y - x) / (b - a), (z - y) / (c - b)
    square = (second - first) / (c - a)
    slope = first - square * (a + b)
    rest = x - slope * a - square * a * a - wanted
    if square <= 0:
        return int(-rest / slope) if slope > 0 else WIDEST
    return int((-slope + sqrt(max(slope * slope - 4 * square * rest, 0))) / (2 * square))


def _size_of(words: Words | None) -> VectorSize | None:
    if words is None:
        return None
    length = None if words.vectors is None else int(words.vectors.matrix.shape[1])
    return VectorSize(length, words.choice.projection, words.choice.freeze and length is not None)
