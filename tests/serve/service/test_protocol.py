import asyncio
import contextlib
import socket
import threading
import time
from urllib.request import urlopen

import pytest
import uvicorn

from rnnlab.serve.service import linger
from rnnlab.serve.service.bind import bind
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.protocol import limited

GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
LARGE = 64 << 20


async def hello(scope, receive, send):
    while scope["path"] == "/reads" and (await receive()).get("more_body"):
        pass
    body = b"a" * LARGE if scope["path"] == "/large" else b"hello"
    closes = [(b"connection", b"close")] if scope["method"] == "POST" else []
    headers = [(b"content-length", str(len(body)).encode()), *closes]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


LIMITS = Limits(
    connections=2, head_seconds=0.5, body_seconds=0.1, write_seconds=0.5, idle_seconds=0.5
)  # of body_seconds the protocol adds 2 s, in which the application answers


@pytest.fixture
def port():
    """Of a server that holds two connections."""
    config = uvicorn.Config(
        hello, http=limited(LIMITS), lifespan="off", ws="none", log_level="critical", timeout_keep_alive=1
    )
    server = uvicorn.Server(config)
    bound = bind("127.0.0.1", 0)
    bound.listen()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    yield bound.getsockname()[1]
    server.should_exit = True
    thread.join()


def test_one_connection_too_many_is_answered_and_room_comes_back(port):
    async def ask():
        pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, writer in pairs:
            writer.write(GET)
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        reader, third = await asyncio.open_connection("127.0.0.1", port)
        refused = await reader.read()
        for writer in (third, *(writer for _, writer in pairs)):
            writer.close()
        return refused

    refused = asyncio.run(ask())
    assert refused.startswith(b"HTTP/1.1 503 Service Unavailable")
    assert refused.endswith(b'{"error": "too many connections", "field": ""}')
    time.sleep(0.1)
    with urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert answer.read() == b"hello"


def test_one_that_waits_for_long_makes_room_for_a_new_one(port, monkeypatch):
    monkeypatch.setattr("rnnlab.serve.service.protocol.GRACE", 0.0)
    with held(port) as first, held(port) as second:
        first.sendall(GET)
        assert first.recv(4096).endswith(b"hello")
        time.sleep(0.05)
        second.sendall(GET)
        assert second.recv(4096).endswith(b"hello")
        with held(port) as third:
            third.sendall(GET)
            assert third.recv(4096).endswith(b"hello")
        assert seconds_to_end(first) < 0.5  # the one that had waited longest
        second.sendall(GET)
        assert second.recv(4096).endswith(b"hello")


def held(port):
    return socket.create_connection(("127.0.0.1", port), 10)


def seconds_to_end(client, trickle=b"", every=0.1):
    """How long the server holds a connection whose client sends no more than a few bytes now and then."""
    start = time.monotonic()
    client.settimeout(every)
    while time.monotonic() - start < 8:
        try:
            if trickle:
                client.sendall(trickle)
            if client.recv(4096) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - start


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        GET,  # answered, then idle
        GET + b"GET / HTTP/1.1\r\nx: ",  # a second request whose head does not end
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n",  # answered before its body
        b"PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n",
        b"POST /reads HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n",
    ],
    ids=["nothing", "half a head", "idle", "half a second head", "no body", "an unknown path", "a body"],
)
@pytest.mark.parametrize("trickle", [b"", b"a", b"\r\n"], ids=["silent", "letters", "line ends"])
def test_no_phase_of_a_connection_lasts_for_ever(port, sent, trickle):
    with held(port) as client:
        client.sendall(sent)
        assert seconds_to_end(client, trickle) < 6


def test_a_client_that_does_not_read_is_cut(port):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
        time.sleep(1.5)  # write_seconds, and some
        read = 0
        client.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(1 << 20):
                read += len(part)
        assert read < LARGE


def test_a_second_request_behind_the_first_is_answered_too(port):
    with held(port) as client:
        client.sendall(GET + GET[:9])
        assert client.recv(4096).endswith(b"hello")
        client.sendall(GET[9:])
        assert client.recv(4096).endswith(b"hello")


def posted(port, body, announced):
    """The answer to a request whose client reads only after it has sent all."""
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % announced)
        client.sendall(body)
        time.sleep(0.01)
        return b"".join(iter(lambda: client.recv(4096), b""))


def test_an_answer_before_the_end_of_a_request_is_not_lost(port):
    for _ in range(20):
        assert posted(port, b"a" * 3_000_000, 3_000_000).endswith(b"hello")


def test_a_client_that_does_not_hang_up_is_left_after_a_while(port, monkeypatch):
    monkeypatch.setattr(linger, "SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\na")
        assert b"".join(iter(lambda: client.recv(4096), b"")).endswith(b"hello")
        time.sleep(0.5)
        client.sendall(b"a")
        time.sleep(0.1)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            client.sendall(b"a")
