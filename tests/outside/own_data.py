"""A data set of one's own: numbers in words, and whether they are even."""

from __future__ import annotations

import random
from pathlib import Path

from rnnlab.data.classification import ClassificationData
from rnnlab.text.cleaner import Cleaner
from rnnlab.tokenizer import Tokenizer

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class EvenNumbers(ClassificationData):
    """Writes its files before they are read; all else is that of `ClassificationData`.

    Args:
        rows: of the three splits together.
        digits: of a number, at most.
    """

    def __init__(
        self,
        *,
        tokenizer: Tokenizer,
        cleaner: Cleaner,
        cache_dir: str | Path,
        name: str = "even_numbers",
        rows: int = 600,
        digits: int = 4,
        batch_size: int = 32,
        padding: str = "post",
        sampling: str = "natural",
        seed: int = 0,
    ) -> None:
        self.num_rows, self.digits = rows, digits
        self.file = Path(cache_dir).absolute() / name / f"{rows}_{digits}.csv"
        super().__init__(
            *(name, {"train": str(self.file)}, None, None, tokenizer, cleaner),
            source="files",
            cache_dir=cache_dir,
            classes=["odd", "even"],
            batch_size=batch_size,
            padding=padding,
            sampling=sampling,
            seed=seed,
            workers=1,
        )

    def prepare(self) -> None:
        if not self.file.exists():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text("text,label\n" + "".join(self.lines()), encoding="utf-8")
        super().prepare()

    def lines(self) -> list[str]:
        """`nine zero four,even` for each of the rows, all different."""
        draw = random.Random(0)
        numbers = draw.sample(range(10**self.digits), self.num_rows)
        spelt = [" ".join(DIGITS[int(digit)] for digit in str(number)) for number in numbers]
        return [
            f"{text},{'odd' if number % 2 else 'even'}\n" for number, text in zip(numbers, spelt, strict=True)
        ]
