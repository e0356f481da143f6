"""Run notebooks and store what they print in them: `python scripts/notebooks.py`, or `make notebooks`.

Each notebook runs in a fresh folder and a kernel of its own, on one thread, so that what is stored depends on
its code and its data alone. Paths, dates, times, speeds and addresses of objects are taken out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
WIDTH = "100"  # columns of what commands and tables print
FIXED = {"COLUMNS": WIDTH, "JUPYTER_COLUMNS": WIDTH, "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
STYLED = re.compile(r"T_[0-9a-f]{5}(?=[_ \"{])")  # pandas names the cells of a coloured table by chance
VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_[0-9a-f]{8}"), "DATE_TIME_ID"),
    (re.compile(r"[\d,]+ (tokens|steps|rows|windows)/s"), r"... \1/s"),
    (re.compile(r"(?<![\w.])[\d.,]+ s(?=[\s,;)]|$)", re.MULTILINE), "... s"),
    (re.compile(r"\d+(\.\d+)? (min|ms)\b"), r"... \2"),
)


def notebooks(names: Sequence[str] = ()) -> list[Path]:
    """Return the notebooks of these names without `.ipynb`; all of them for none.

    Raises:
        SystemExit: there is no notebook of a name.
    """
    found = {
        path.stem: path for path in sorted(FOLDER.glob("*.ipynb")) + sorted(FOLDER.glob("learn/*.ipynb"))
    }
    unknown = [name for name in names if name not in found]
    if unknown:
        sys.exit(f"no notebook {unknown[0]!r}; there are: {', '.join(found)}")
    return [found[name] for name in names] or list(found.values())


def code_digest(notebook: dict[str, Any]) -> str:
    """Return a digest of a notebook's code cells, which its outputs stem from."""
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()[:16]


def execute(path: Path, folder: Path, small: bool, timeout: int) -> dict[str, Any]:
    """Run all cells in `folder` and return the notebook with settled outputs.

    Args:
        small: whether trainings are of seconds (`RNNLAB_SMALL=1`).
        timeout: seconds for one cell.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    own = {"RNNLAB_SMALL": "1" if small else "0", "IPYTHONDIR": str(folder / ".ipython")}
    environment = {**os.environ, **FIXED, **own, "JUPYTER_PLATFORM_DIRS": "1"}
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=environment)
    content = json.loads(nbformat.writes(notebook))  # type: ignore[no-untyped-call]
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [settled(output, folder) for output in joined(cell["outputs"])]
    content["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "rnnlab": {"code": code_digest(content), "small": small},
    }
    return content


def joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join pieces of one stream that follow each other: where a stream is cut depends on timing."""
    result: list[dict[str, Any]] = []
    for output in outputs:
        last = result[-1] if result else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] = lines("".join(last["text"]) + "".join(output["text"]))
        else:
            result.append(output)
    return result


def settled(output: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return an output without what changes from run to run or from machine to machine."""
    if output["output_type"] == "stream":
        return {**output, "text": lines(plain("".join(output["text"]), folder))}
    if output["output_type"] == "error":
        return output
    data = {}
    for kind, value in output["data"].items():
        text = "".join(value) if isinstance(value, list) else value
        data[kind] = lines(plain(text, folder)) if kind.startswith("text/") else value
    return {**output, "data": data}


def plain(text: str, folder: Path) -> str:
    """Take paths, stamps, times, speeds and addresses out of a text."""
    for place in {str(folder), str(folder.resolve()), str(ROOT), sys.prefix}:
        text = text.replace(place + os.sep, "").replace(place, ".")
    for name, value in (("RNNLAB_DATA_DIR", "data"), ("RNNLAB_CACHE_DIR", "cache")):
        if os.environ.get(name):
            text = text.replace(os.environ[name], value)
    text = ADDRESS.sub("", text)
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    names = {name: f"T_{number}" for number, name in enumerate(dict.fromkeys(STYLED.findall(text)))}
    return STYLED.sub(lambda found: names[found[0]], text)


def lines(text: str) -> list[str]:
    """Return a text as notebooks store it: its lines, each with its end."""
    return text.splitlines(keepends=True)


def store(content: dict[str, Any], path: Path) -> None:
    """Write a notebook in the form in which Jupyter writes it."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def run(path: Path, small: bool, to: Path | None, timeout: int) -> str | None:
    """Run one notebook and store it; return the error of a cell that raised, None where all went well."""
    from nbclient.exceptions import CellExecutionError

    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="notebook_") as folder:
        try:
            content = execute(path, Path(folder), small, timeout)
        except CellExecutionError as error:
            print(f"{path.stem}: a cell failed after {time.perf_counter() - started:.0f} s", flush=True)
            return f"{path.stem}: {error}"
    target = path if to is None else to / path.name
    store(content, target)
    size = target.stat().st_size / 1000
    print(f"{path.stem}: {time.perf_counter() - started:.0f} s, {size:.0f} kB", flush=True)
    return None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="notebooks without .ipynb, such as 03_vanishing_gradients")
    parser.add_argument("--small", action="store_true", help="trainings of seconds, as CI runs them")
    parser.add_argument("--to", type=Path, help="a folder for what ran; default: in its place")
    parser.add_argument("--timeout", type=int, default=3600, help="seconds for one cell; default %(default)s")
    asked = parser.parse_args()
    if asked.small and asked.to is None:
        sys.exit("--small needs --to FOLDER: what is stored in the repository is of the full form")
    if asked.to is not None:
        asked.to.mkdir(parents=True, exist_ok=True)
    errors = [run(path, asked.small, asked.to, asked.timeout) for path in notebooks(asked.names)]
    failed = [error for error in errors if error is not None]
    sys.exit("\n".join(failed) or None)


if __name__ == "__main__":
    main()
