"""A service over small runs, in this process or in one of its own."""

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest

from rnnlab.opened.run import open_run
from rnnlab.serve.app import build_app
from rnnlab.serve.limits import Limits
from rnnlab.serve.loaded import Loaded, named
from rnnlab.serve.service import Service


@pytest.fixture(scope="session")
def loaded(classifier_run, language_run):
    """A classifier, imdb-bilstm_attention, and a language model, shakespeare-lstm."""
    runs = named([open_run(classifier_run), open_run(language_run)])
    return [Loaded(name, run) for name, run in runs.items()]


@pytest.fixture
def asking(loaded):
    """asking(ask, limits, token) -> what `await ask(client, service)` returns."""

    @asynccontextmanager
    async def client_of(limits, token):
        service = Service(loaded, limits, token)
        transport = httpx.ASGITransport(build_app(service), raise_app_exceptions=False)
        async with (
            service.running(),
            httpx.AsyncClient(transport=transport, base_url="http://service") as client,
        ):
            yield client, service

    def run(ask, limits=None, token=None):
        async def whole():
            async with client_of(limits or Limits(), token) as (client, service):
                return await ask(client, service)

        return asyncio.run(whole())

    return run


@contextmanager
def serving(*runs, options=()):
    """A service in a process of its own, and its address."""
    command = [sys.executable, "-m", "rnnlab.cli", "serve", *map(str, runs), "--port", "0", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        lines = iter(process.stdout.readline, "")
        url = next((line.strip() for line in lines if line.startswith("http")), None)
        assert url is not None, process.stderr.read()
        yield process, url
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def serve():
    """serve(*runs, options=()) as a context: the process and its address."""
    return serving


@pytest.fixture(scope="session")
def address(classifier_run, language_run):
    """Of a service that all tests may ask."""
    with serving(classifier_run, language_run) as (_, url):
        yield url
