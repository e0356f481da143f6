"""metrics.csv: every logged number of a run in one plain table."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytorch_lightning.loggers import Logger
from pytorch_lightning.utilities.rank_zero import rank_zero_only

Row = dict[str, str]


class CSVLogger(Logger):
    """Appends a row for each step at which something is logged: `epoch` (from 0), `step` (optimizer steps
    done), the metrics.

    Values logged at the same step are added to its row; a blank cell was not logged. Every row is on disk
    when the call returns. An existing file is continued.

    Args:
        folder: where metrics.csv is.
    """

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        self.path = Path(folder) / "metrics.csv"
        self._columns, self._rows = ["epoch", "step"], list[Row]()
        self._last_start = 0  # where the last row begins in the file
        if self.path.is_file():
            self._read()

    @property
    def name(self) -> str:
        return "csv"

    @property
    def version(self) -> str:
        return ""

    @property
    def save_dir(self) -> str:
        return str(self.path.parent)

    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the run folder has config.yaml."""

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        row = {name: plain(value) for name, value in metrics.items()}
        last = self._rows[-1] if self._rows else {}
        row["step"] = last.get("step", "0") if step is None else str(int(step))
        row.setdefault("epoch", last.get("epoch", "0"))
        if (row["epoch"], row["step"]) == (last.get("epoch"), last.get("step")):
            self._rows[-1], start = last | row, self._last_start
        else:
            self._rows.append(row)
            start = self.path.stat().st_size if self.path.is_file() else 0
        new = [name for name in row if name not in self._columns]
        self._columns += new
        if new or not start:
            self._write()
        else:
            self._put(start)

    @rank_zero_only
    def truncate_after(self, step: int) -> None:
        """Drop the rows past `step`, a checkpoint's `global_step`: the resumed run writes them again."""
        kept = [row for row in self._rows if int(float(row["step"])) <= step]
        if len(kept) < len(self._rows):
            self._rows = kept
            self._write()

    def _put(self, start: int) -> None:
        """Write the last row over the bytes at `start`, which hold a part of it."""
        data = self._lines(self._rows[-1:])
        with self.path.open("r+b") as file:
            file.seek(start)
            file.write(data)
            file.truncate()
        self._last_start = start

    def _write(self) -> None:
        """Write the whole table atomically."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        head = self._lines([{name: name for name in self._columns}])
        body, last = self._lines(self._rows[:-1]), self._lines(self._rows[-1:])
        part = self.path.with_suffix(".csv.part")  # one name: a full disk keeps one part
        part.write_bytes(head + body + last)
        os.replace(part, self.path)
        self._last_start = len(head) + len(body)

    def _lines(self, rows: list[Row]) -> bytes:
        text = io.StringIO()
        csv.DictWriter(text, self._columns, restval="", lineterminator="\n").writerows(rows)
        return text.getvalue().encode()

    def _read(self) -> None:
        """Read an existing file; a row that a killed run left unfinished is dropped."""
        text = self.path.read_text(encoding="utf-8")
        reader = csv.DictReader(io.StringIO(text[: text.rfind("\n") + 1], newline=""))
        self._columns = list(reader.fieldnames or self._columns)
        rows = [{name: value for name, value in row.items() if value} for row in reader]
        self._rows = [row for row in rows if "epoch" in row and "step" in row]
        self._write()


def plain(value: Any) -> str:
    """Format a number: whole numbers as they are, others to seven digits."""
    number = value.item() if hasattr(value, "item") else value
    return f"{number:.7g}" if isinstance(number, float) else str(number)
