import asyncio
import socket
import threading
import time
from urllib.request import urlopen

import pytest
import uvicorn

from rnnlab.serve import linger
from rnnlab.serve.protocol import limited
from rnnlab.serve.server import bind


async def hello(scope, receive, send):
    headers = [(b"content-length", b"5"), *([(b"connection", b"close")] if scope["method"] == "POST" else [])]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
def port():
    """Of a server that holds two connections."""
    config = uvicorn.Config(hello, http=limited(2), lifespan="off", ws="none", log_level="critical")
    server = uvicorn.Server(config)
    bound = bind("127.0.0.1", 0)
    bound.listen()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    yield bound.getsockname()[1]
    server.should_exit = True
    thread.join()


def test_one_connection_too_many_is_closed_and_room_comes_back(port):
    async def ask():
        pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, writer in pairs:
            writer.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        reader, third = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        for writer in (third, *(writer for _, writer in pairs)):
            writer.close()

    asyncio.run(ask())
    with urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert answer.read() == b"hello"


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
