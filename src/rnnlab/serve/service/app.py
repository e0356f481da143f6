"""Build the ASGI application: routes, pages and gate around a service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from rnnlab.serve.service.gate import Gate
from rnnlab.serve.service.pages import pages
from rnnlab.serve.service.refusal import HANDLERS
from rnnlab.serve.service.routes import routes
from rnnlab.serve.service.service import Service


def build_app(service: Service) -> Gate:
    """Return an ASGI application; its lifespan runs the service's workers."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title="rnnlab",
        version="1",
        description="Finished runs behind HTTP.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        exception_handlers=HANDLERS,
    )
    asked, shown = routes(service), pages()
    app.include_router(asked)
    app.include_router(shown)
    posts = {route.path: route.endpoint for route in api_routes(asked) if "POST" in (route.methods or ())}
    known = frozenset(route.path for route in [*api_routes(asked), *api_routes(shown)])
    return Gate(app, service, known, posts)


def api_routes(router: APIRouter) -> list[APIRoute]:
    return [route for route in router.routes if isinstance(route, APIRoute)]
