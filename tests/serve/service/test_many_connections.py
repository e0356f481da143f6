"""More connections than the service holds, none of which wants an answer."""

from __future__ import annotations

import json
import os
import resource
import socket
import time
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

COUNT = 1_010
HEADS = (
    b"",
    b"GET /health HT",
    b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n",  # answered, and held
    b"POST /nothing HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9999\r\n\r\na",
    b"POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    b"content-length: 999\r\n\r\n{",
)
OPTIONS = ("--head-seconds", "6", "--body-seconds", "6", "--idle-seconds", "6", "--engine", "torch")


@pytest.fixture
def sockets():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * COUNT:
        pytest.skip(f"needs {2 * COUNT} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * COUNT), hard))
    held: list[socket.socket] = []
    yield held
    for client in held:
        client.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def predicted(url: str) -> str:
    request = Request(
        f"{url}/predict", json.dumps({"text": "good"}).encode(), {"content-type": "application/json"}
    )
    with urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["predictions"][0]["label"]


@pytest.mark.long
def test_the_service_stays_behind_its_limits(serve, classifier_run, sockets):
    with serve(classifier_run, options=OPTIONS) as (process, url):
        label = predicted(url)
        place = urlsplit(url)
        for number in range(COUNT):
            client = socket.create_connection((place.hostname, place.port), 30)
            client.sendall(HEADS[number % len(HEADS)])
            sockets.append(client)
        time.sleep(2)
        if os.path.isdir(f"/proc/{process.pid}/fd"):
            assert len(os.listdir(f"/proc/{process.pid}/fd")) < 1_100
        assert predicted(url) == label  # one that waits makes room
        end = time.monotonic() + 60
        while time.monotonic() < end and sum(map(is_open, sockets)):
            for client in filter(is_open, sockets[::50]):
                trickle(client)
            time.sleep(0.5)
        assert sum(map(is_open, sockets)) == 0  # however they trickle
        assert predicted(url) == label


def is_open(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        while client.recv(4096):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def trickle(client: socket.socket) -> None:
    try:
        client.sendall(b"a")
    except OSError:
        return
