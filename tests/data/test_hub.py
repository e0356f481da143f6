"""The hub: noticed within 3 seconds when it is not there, and stored as plain local files when it is."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import datasets
import pytest

from rnnlab.data import hub
from rnnlab.data.files import read_table, read_text
from rnnlab.data.series.read_series import read_series
from rnnlab.data.series.source import SeriesSource, find_files
from rnnlab.data.store import NotInReach

IMDB = {"path": "stanfordnlp/imdb", "config": None, "splits": {"train": "train", "test": "test"}}
ONE_ROW: dict[str, list] = {"text": ["a"], "label": [0]}


class Answers(BaseHTTPRequestHandler):
    code: ClassVar[int] = 200
    asked: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.code)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(autouse=True)
def nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HTTP_PROXY", "http_proxy", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "hf"))
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "hf")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answers]]:
    """A hub that answers as it is told."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{running.server_port}/")
        monkeypatch.setattr(Answers, "asked", [])
        yield Answers
        running.shutdown()


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hub that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{listening.getsockname()[1]}")
        yield


def serve(
    monkeypatch: pytest.MonkeyPatch, parts: dict[str, dict[str, list]]
) -> list[tuple[str, object, object]]:
    """`load_dataset` gives these; the calls are collected."""
    calls: list[tuple[str, object, object]] = []

    def load_dataset(path: str, name: str | None, revision: str | None) -> datasets.DatasetDict:
        calls.append((path, name, revision))
        return datasets.DatasetDict(
            {split: datasets.Dataset.from_dict(rows) for split, rows in parts.items()}
        )

    monkeypatch.setattr(hub, "unreachable", lambda path: None)
    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    return calls


def refuse(tmp_path: Path) -> str:
    """Why the hub did not serve."""
    with pytest.raises(NotInReach) as error:
        hub.fetch("imdb", IMDB, tmp_path)
    return str(error.value)


def test_a_hub_that_never_answers_is_noticed_within_3_seconds(tmp_path: Path, silent: None) -> None:
    start = time.monotonic()
    reason = refuse(tmp_path)
    # the socket and the clock have the same patience, and either may be the first to lose it
    assert any(f"cannot be reached ({why}" in reason for why in ("no answer within 2.5 seconds", "timed out"))
    assert time.monotonic() - start < 3


def test_a_name_that_never_resolves_is_noticed_within_3_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*args: object) -> None:
        time.sleep(1)
        raise OSError("too late for anyone to hear")

    monkeypatch.setattr(hub, "PATIENCE", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    start = time.monotonic()
    assert "no answer within 0.3 seconds" in refuse(tmp_path)
    assert time.monotonic() - start < 0.8


def test_a_hub_that_refuses_is_noticed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    start = time.monotonic()
    assert refuse(tmp_path) == "http://127.0.0.1:1 cannot be reached ([Errno 111] Connection refused)"
    assert time.monotonic() - start < 1


def test_an_endpoint_that_is_no_address_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "mirror.example")
    assert "mirror.example cannot be reached (unknown url type" in refuse(tmp_path)


@pytest.mark.parametrize(("code", "reason"), [(200, None), (404, None), (401, None), (503, "HTTP 503")])
def test_a_server_error_counts_as_out_of_reach(
    server: type[Answers], monkeypatch: pytest.MonkeyPatch, code: int, reason: str | None
) -> None:
    monkeypatch.setattr(server, "code", code)
    why = hub.unreachable("stanfordnlp/imdb")
    assert why is None if reason is None else str(why).endswith(f"cannot be reached ({reason})")
    assert server.asked == ["/api/datasets/stanfordnlp/imdb"]


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE"])
def test_offline_mode_asks_nobody(
    tmp_path: Path, server: type[Answers], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "true")
    assert refuse(tmp_path) == "HF_HUB_OFFLINE is set"
    assert server.asked == []


def test_splits_become_parquet_files_with_our_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"text": ["good", None, "bad"], "label": [1, 0, 0]}
    calls = serve(monkeypatch, {"train": rows, "valid": rows, "test": rows, "unsupervised": rows})
    recipe = {
        "path": "x/y",
        "config": "sentiment",
        "revision": None,
        "splits": {"train": "train", "validation": "valid"},
    }
    stored = hub.fetch("tweets", recipe, tmp_path)
    assert calls == [("x/y", "sentiment", None)]
    assert sorted(stored.files) == ["train", "validation"]
    assert stored.official
    assert stored.notes == []
    for path in stored.files.values():
        assert read_table(path, "text", "label")[:2] == (["good", "", "bad"], ["1", "0", "0"])
        assert not read_table(path, "text", "label").places


def test_the_second_run_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = serve(monkeypatch, {"train": ONE_ROW, "test": ONE_ROW})
    first = hub.fetch("imdb", IMDB, tmp_path)
    monkeypatch.setattr(hub, "unreachable", lambda path: pytest.fail("asked the hub"))
    assert hub.fetch("imdb", IMDB, tmp_path) == first
    assert len(calls) == 1


def test_parts_of_a_text_are_joined_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {
        "test": {"text": ["end\n"]},
        "train": {"text": ["start\r\n", "on "]},
        "validation": {"text": ["and "]},
    }
    serve(monkeypatch, parts)
    recipe = {
        "path": "x",
        "splits": {split: split for split in ("train", "validation", "test")},
        "join_column": "text",
    }
    stored = hub.fetch("shakespeare", recipe, tmp_path)
    assert read_text(stored.files["train"]) == "start\r\non and end\n"
    assert list(stored.files) == ["train"]
    assert stored.notes == [
        "the hub's parts (train, validation, test) are joined into one text, which is then split here"
    ]


def test_what_the_hub_lacks_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, {"train": {"text": ["a"], "label": [0]}})
    assert refuse(tmp_path) == "stanfordnlp/imdb: KeyError: 'test'"
    assert list((tmp_path / "hub").iterdir()) == []


def test_a_download_that_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, {"train": ONE_ROW, "test": ONE_ROW})
    monkeypatch.setattr(datasets.Dataset, "to_parquet", lambda rows, path: path.write_text("half") and 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hub.fetch("imdb", IMDB, tmp_path)
    assert list((tmp_path / "hub").iterdir()) == []


def test_without_a_hub_the_local_hugging_face_cache_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = datasets.Dataset.from_dict({"text": ["a", "b"], "label": [0, 1]})
    files = {split: str(tmp_path / f"{split}.parquet") for split in ("train", "test")}
    for path in files.values():
        rows.to_parquet(path)
    built = datasets.load_dataset("parquet", data_files=files, cache_dir=str(tmp_path / "hf"))
    folder = Path(built["train"].cache_files[0]["filename"]).parent
    kept = hub.hugging_face_cache("stanfordnlp/imdb") / "plain_text" / "0.0.0" / folder.name
    kept.parent.mkdir(parents=True)
    folder.rename(kept)
    for path in kept.glob("parquet-*"):
        path.rename(path.with_name(path.name.replace("parquet-", "imdb-")))
    info = json.loads((kept / "dataset_info.json").read_text())
    (kept / "dataset_info.json").write_text(json.dumps(info | {"config_name": "plain_text"}))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    start = time.monotonic()
    stored = hub.fetch("imdb", IMDB, tmp_path)
    assert time.monotonic() - start < 3
    assert read_table(stored.files["test"], "text", "label")[:2] == (["a", "b"], ["0", "1"])
    assert not datasets.config.HF_HUB_OFFLINE


def test_an_empty_cache_of_the_data_set_does_not_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.hugging_face_cache("stanfordnlp/imdb").mkdir(parents=True)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    start = time.monotonic()
    assert refuse(tmp_path).startswith("http://127.0.0.1:1 cannot be reached")
    assert time.monotonic() - start < 3


def test_noticing_needs_no_datasets(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rnnlab.data import hub, store\n"
        "try: hub.fetch('a', {'path': 'x/y'}, Path(sys.argv[1]))\n"
        "except store.NotInReach: print('datasets' in sys.modules)"
    )
    environment = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment
    )
    assert done.stdout == "False\n", done.stderr


def test_a_series_of_the_hub_is_read_as_a_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = [f"2016-07-01 {hour:02}:00:00" for hour in range(3)]
    calls = serve(monkeypatch, {"train": {"date": hours, "OT": [1.5, 2.5, 3.5]}})
    place = {"path": "some/series", "config": "ETTh1", "revision": None, "splits": {"train": "train"}}
    source = SeriesSource("no/file.csv", name="ett", source="hub", hub=place, cache_dir=tmp_path)
    found = find_files(source)
    table = read_series(source, found)
    assert calls == [("some/series", "ETTh1", None)]
    assert (found.source, found.official, table.frequency.alias) == ("hub", True, "h")
    assert table.values[:, 0].tolist() == [1.5, 2.5, 3.5]
