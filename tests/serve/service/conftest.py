"""A service over small runs, in this process or in one of its own."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded, named
from rnnlab.serve.service.service import Service
from rnnlab.sweep.best_run import open_run


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
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            yield client, service

    def run(ask, limits=None, token=None):
        async def whole():
            async with client_of(limits or Limits(), token) as (client, service):
                return await ask(client, service)

        return asyncio.run(whole())

    return run


@pytest.fixture
def serve(listening):
    """serve(*runs, options=()) as a context: the process and its address."""
    return lambda *runs, options=(): listening("serve", *runs, "--port", "0", *options)


@pytest.fixture(scope="session")
def address(listening, classifier_run, language_run):
    """Of a service that all tests may ask."""
    with listening("serve", classifier_run, language_run, "--port", "0") as (_, url):
        yield url
