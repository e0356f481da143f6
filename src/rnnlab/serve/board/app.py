"""Answers of the board's server: the page, what is new, curves, intervals and reports; it only reads."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from rnnlab.report.page.files import lies_in
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.serve.board.curves import curves_of, scores_of
from rnnlab.serve.board.index import Index
from rnnlab.serve.board.page import page, policy
from rnnlab.serve.board.reader import Reader
from rnnlab.serve.board.reports import report_of, set_report_of, sweep_report_of
from rnnlab.serve.service.hosts import Hosts

log = logging.getLogger(__name__)
MOST_RUNS = 60  # of one request
# A report may have been written by anybody: in a sandbox its script has no access to this server.
REPORT = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
Query = Mapping[str, list[str]]


class Answer(NamedTuple):
    """An answer of the server."""

    status: int
    kind: str
    body: bytes
    policy: str = "default-src 'none'"


class Refused(Exception):
    """A request that gets no answer, with the status and one sentence."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class Board:
    """The board of a folder.

    Args:
        root: the folder that holds the runs.
    """

    def __init__(self, root: Path) -> None:
        self.index = Index(root)
        self.reader = Reader(self.index)
        self._hosts = Hosts()
        self._scores = lru_cache(maxsize=1024)(self._scores_at)
        self._routes: dict[str, Callable[[Query], Answer]] = {
            "/": self._page,
            "/api/runs": self._changes,
            "/api/curves": self._curves,
            "/api/scores": self._score,
            "/report": self._report,
            "/compare": self._compare,
        }

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer a GET request.

        Args:
            target: path and query; headers: by their names in lower case.
        """
        path, _, query = target.partition("?")
        try:
            self._admit(path, headers)
            route = self._routes.get(path)
            if route is None:
                raise Refused(404, f"there is no {path[:100]} here")
            return route(parse_qs(query, max_num_fields=2 * MOST_RUNS))
        except Refused as refused:
            return as_json({"error": refused.error}, refused.status)
        except ValueError as error:  # a query with too many fields
            return as_json({"error": str(error)}, 400)
        except Exception:
            log.exception("GET %s", path)
            return as_json({"error": "an error of the board, which its terminal shows"}, 500)

    def _admit(self, path: str, headers: Mapping[str, str]) -> None:
        """Refuse requests that a page of another site has made this browser send."""
        host = headers.get("host", "")
        if not self._hosts.allow(host.encode("latin-1")):
            raise Refused(421, f"this board is not {host[:100]}")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            raise Refused(403, "the board answers no page of another site")
        if path.startswith("/api/") and headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            raise Refused(403, "the board answers no page of another site")

    def _page(self, query: Query) -> Answer:
        self.index.refresh()
        data = {**self.index.changes(), "live": True, "root": str(self.index.root)}
        return Answer(200, "text/html", page(data, self.index.root.name or "runs").encode(), policy())

    def _changes(self, query: Query) -> Answer:
        self.reader.start()  # not before the first page: they would share one core
        self.index.refresh()
        return as_json(self.index.changes(_number(query, "since"), _first(query, "session")))

    def _curves(self, query: Query) -> Answer:
        return as_json({name: curves_of(self._folder(name)) for name in self._names(query)})

    def _score(self, query: Query) -> Answer:
        return as_json({name: self._scores(name, self.index.stamp(name)) for name in self._names(query)})

    def _scores_at(self, name: str, stamp: object) -> dict[str, list[float]]:
        """Return the intervals of a run; they are kept until its files change."""
        return scores_of(self._folder(name))

    def _report(self, query: Query) -> Answer:
        """Answer with a run's report.html, or one made now; likewise of a sweep."""
        sweep = _first(query, "sweep")
        if sweep:
            if sweep not in self.index.sweeps_of_runs():
                raise Refused(404, f"there is no sweep {sweep[:100]} with runs")
            return _of_report(sweep_report_of(self.index.root / sweep).encode())
        folder = self._folder(_first(query, "run"))
        written = RunFolder(folder).report
        if lies_in(written, folder):
            return _of_report(written.read_bytes())
        return _of_report(report_of(folder).encode())

    def _compare(self, query: Query) -> Answer:
        folders = [self._folder(name) for name in self._names(query)]
        return _of_report(set_report_of(folders).encode())

    def _names(self, query: Query) -> list[str]:
        names = list(dict.fromkeys(query.get("run", ())))
        if len(names) > MOST_RUNS:
            raise Refused(400, f"at most {MOST_RUNS} runs at once, not {len(names)}")
        return names

    def _folder(self, name: str) -> Path:
        folder = self.index.folder(name)
        if folder is None:
            raise Refused(404, f"there is no run {name[:100]}")
        return folder


def as_json(value: Any, status: int = 200) -> Answer:
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)
    return Answer(status, "application/json", body.encode("utf-8", "replace"))


def _of_report(body: bytes) -> Answer:
    return Answer(200, "text/html", body, REPORT)


def _first(query: Query, name: str) -> str:
    return next(iter(query.get(name, ())), "")


def _number(query: Query, name: str) -> int:
    found = _first(query, name)
    return int(found) if found.isascii() and found.isdecimal() and len(found) < 16 else 0
