"""The web pages of the service, which load nothing from other hosts."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from rnnlab.report.page.document import BASE
from rnnlab.report.page.document import asset as design

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def pages() -> APIRouter:
    """Return `/`, `/docs` and their files, read once."""
    router = APIRouter(include_in_schema=False)
    addresses = {"index.html": "/", "docs.html": "/docs"}
    _serve(router, f"/page/{BASE}", design(BASE).encode(), TYPES[".css"])
    for asset in sorted(files("rnnlab.serve").joinpath("page").iterdir(), key=lambda asset: asset.name):
        ending = asset.name[asset.name.rfind(".") :]
        if ending in TYPES:
            address = addresses.get(asset.name, f"/page/{asset.name}")
            _serve(router, address, asset.read_bytes(), TYPES[ending])
    return router


def _serve(router: APIRouter, address: str, content: bytes, kind: str) -> None:
    async def page() -> Response:
        return Response(content, headers={"cache-control": "no-cache"}, media_type=kind)

    router.add_api_route(address, page, methods=["GET", "HEAD"])
