"""How fast `rnnlab board` opens: makes run folders, starts it and loads its page in Chromium.

    python scripts/benchmark_board.py --runs 500

Needs selenium, chromium and chromedriver for the browser's part; without them only the server is measured.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import yaml

MODELS = ("gru", "lstm", "bilstm")
STEPS = 300


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "outputs"
        for place in range(arguments.runs):
            make_run(root / "tweets" / MODELS[place % 3] / f"run{place:05d}", place)
        found = [measure(root) for _ in range(arguments.repeats)]
    print(f"{arguments.runs} runs, median of {arguments.repeats}, seconds")
    for name in found[0]:
        print(f"{name:<42}{statistics.median(one[name] for one in found):.3f}")


def make_run(folder: Path, place: int) -> None:
    """Write a run folder with a config of a real one's size, and 300 logged steps."""
    folder.mkdir(parents=True)
    seed, size, rate = place % 3, 2 ** (5 + place % 4), 10 ** -(2 + place % 7 / 4)
    accuracy = 0.6 + 0.3 * (place * 7919 % 1000) / 1000
    more = {f"part{index}": {f"key{key}": key for key in range(10)} for index in range(12)}
    model = {"cell": MODELS[place % 3], "hidden_size": size}
    task = {"name": "tweets", "monitor": "val/accuracy", "mode": "max"}
    config: dict[str, Any] = {"seed": seed, "task": task, "model": model, "optimizer": {"lr": rate}, **more}
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    typed = [
        f"model={MODELS[place % 3]}",
        f"model.hidden_size={size}",
        f"optimizer.lr={rate:.3g}",
        f"seed={seed}",
    ]
    metrics = {"val/accuracy": accuracy, **{f"test/{name}": accuracy for name in "abcdefghijkl"}}
    result: dict[str, Any] = {
        "status": "finished",
        "task": "tweets",
        "model": {"name": MODELS[place % 3], "parameters": 10_000},
    }
    result |= {
        "seed": seed,
        "overrides": typed,
        "metrics": metrics,
        "seconds": 60.0,
        "epochs": 3,
        "steps": STEPS,
    }
    (folder / "result.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
    lines = [
        f"{step // 100},{step},{1 / step:.5f},{accuracy * step / STEPS:.5f}" for step in range(1, STEPS + 1)
    ]
    (folder / "metrics.csv").write_text("\n".join(["epoch,step,train/loss,val/accuracy", *lines]) + "\n")


def measure(root: Path) -> dict[str, float]:
    """Start the command anew and return the seconds until its address, its first answer, and the page."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "rnnlab.cli", "board", str(root), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            found = {"command to its address": time.monotonic() - begun}
            asked = time.monotonic()
            with urllib.request.urlopen(url) as answer:
                size = len(answer.read())
            found["first answer (reads every folder)"] = time.monotonic() - asked
            asked = time.monotonic()
            with urllib.request.urlopen(url) as answer:
                answer.read()
            found["next answer"] = time.monotonic() - asked
            found["page, MB"] = size / 1e6
            found |= in_browser(url)
        finally:
            process.terminate()
    return found


def in_browser(url: str) -> dict[str, float]:
    """Load the page in Chromium; empty if there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    try:
        from selenium import webdriver
    except ImportError:
        return {}
    if not chromium or not driver:
        return {}
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu"):
        options.add_argument(flag)
    options.binary_location = chromium
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        browser.get("about:blank")
        browser.get(url)
        script = "return performance.getEntriesByType('paint').map((one) => [one.name, one.startTime])"
        paints: list[Any] = browser.execute_script(script)
        done = browser.execute_script("return performance.getEntriesByType('navigation')[0].loadEventEnd")
    finally:
        browser.quit()
    return {**{f"browser: {name}": at / 1000 for name, at in paints}, "browser: page loaded": done / 1000}


if __name__ == "__main__":
    main()
