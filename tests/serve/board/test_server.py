"""The server process: its first lines, its answers, its end."""

import http.client
import signal
import time

import pytest

from rnnlab.serve.board.app import Board
from rnnlab.serve.board.server import BoardServer
from rnnlab.serve.service.bind import bind


def asked(url, path, method="GET", **headers):
    client = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    client.request(method, path, headers=headers)
    response = client.getresponse()
    found = response.status, response.headers, response.read()
    client.close()
    return found


@pytest.fixture
def url(root):
    import threading

    server = BoardServer(Board(root), bind("127.0.0.1", 0))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.url
    server.shutdown()
    thread.join()
    server.board.reader.stop()
    server.server_close()


def test_answers_have_the_headers_that_keep_them_to_this_page(url):
    status, headers, body = asked(url, "/api/runs")
    assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert int(headers["content-length"]) == len(body)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "Python" not in headers["server"]


def test_head_has_no_body(url):
    status, headers, body = asked(url, "/", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 10_000


def test_nothing_can_be_changed(url):
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert asked(url, "/api/runs", method)[0] == 501


def test_a_strange_host_is_refused(url):
    assert asked(url, "/api/runs", host="evil.example")[0] == 421


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_and_ends_in_order(listening, root, number):
    with listening("board", root, "--port", "0") as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert asked(url, "/")[0] == 200
        begun = time.monotonic()
        process.send_signal(number)
        assert process.wait(30) == 0
        assert process.stdout.read() == f"the runs under {root}; Ctrl+C ends it\n"
        assert process.stderr.read() == ""
        assert time.monotonic() - begun < 10
