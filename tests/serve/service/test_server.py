"""The process: what it does with sockets and signals."""

import http.client
import json
import signal
import socket
import sys
import threading
from urllib.parse import urlsplit

import forked
import pytest

from rnnlab.errors import SettingError
from rnnlab.serve.service.bind import bind

JSON = {"content-type": "application/json"}


def connected(url):
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)


def sent(url, content):
    """What comes back for these bytes until the connection ends: status and JSON body."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(content)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def predict(url, text, answers):
    connection = connected(url)
    connection.request("POST", "/predict", json.dumps({"text": text}), JSON)
    answers.append(connection.getresponse().status)


def test_sigterm_answers_what_was_accepted_refuses_what_comes_and_exits_with_0(serve, classifier_run):
    with serve(classifier_run, options=["--max-wait-ms", "400"]) as (process, url):
        idle = connected(url)
        idle.request("GET", "/health")
        idle.getresponse().read()
        answers = []
        clients = [threading.Thread(target=predict, args=(url, f"text {n}", answers)) for n in range(8)]
        for client in clients:
            client.start()
        metrics = connected(url)
        waiting = "0.0"
        while waiting != "8.0":  # all eight are in the queue, which waits for more of them
            metrics.request("GET", "/metrics")
            lines = metrics.getresponse().read().decode().splitlines()
            waiting = next(line.split()[-1] for line in lines if line.startswith("rnnlab_queue_texts{"))
        process.send_signal(signal.SIGTERM)
        status = 200
        while status == 200:  # the process has not heard of the signal yet
            metrics.request("GET", "/health")
            response = metrics.getresponse()
            response.read()
            status = response.status
        late = idle
        late.request("POST", "/predict", '{"text": "late"}', JSON)
        refused = late.getresponse()
        for client in clients:
            client.join()
        assert answers == [200] * 8
        assert (refused.status, refused.headers["connection"]) == (503, "close")
        assert process.wait(30) == 0
        assert process.stderr.read() == ""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_service_ends_at_once(serve, classifier_run, number):
    with serve(classifier_run) as (process, _):
        process.send_signal(number)
        assert process.wait(30) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
        b"POST /predict HTTP/1.1\r\ncontent-length: minus one\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
    ],
    ids=["nonsense", "headers", "address", "length", "not ascii"],
)
def test_what_is_no_http_gets_json_too(address, content):
    status, body = sent(address, content)
    assert status == 400
    assert body["field"] == "request"


@pytest.mark.slow
def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(address):
    head = b"POST /predict HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n"
    assert sent(address, head)[0] == 413


@pytest.mark.slow
def test_a_client_that_goes_away_while_it_is_written_to_leaves_room(serve, language_run):
    with serve(language_run) as (_, url):
        for _ in range(12):  # three times as many as may be written at once
            connection = connected(url)
            while True:
                connection.request("POST", "/generate", '{"length": 5000}', JSON)
                response = connection.getresponse()
                if response.status == 200:
                    break
                response.read()
            assert response.read(20)
            connection.close()


def test_a_port_in_use_is_one_line_and_exit_code_2(classifier_run):
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "rnnlab.cli", "serve", str(classifier_run), "--port", port]
        found = forked.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert found.stderr == f"error: --port={port}: cannot be used on 127.0.0.1: Address already in use\n"


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("127.0.0.1", 70000, "--port=70000: must be between 0 and 65535"),
        ("no host", 0, "--host=no host: is no"),
    ],
)
def test_an_address_that_is_none_is_named(host, port, message):
    with pytest.raises(SettingError, match=message):
        bind(host, port)
