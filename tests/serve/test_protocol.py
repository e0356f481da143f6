import asyncio
import threading
from urllib.request import urlopen

import pytest
import uvicorn

from rnnlab.serve.protocol import limited
from rnnlab.serve.server import bind


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
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
