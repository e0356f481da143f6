"""Checks before every request: shutdown, token, the client's rate; and the count of requests."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from rnnlab.serve.service.refusal import Refusal, failed, stranger
from rnnlab.serve.service.service import Service

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = {"/", "/docs", "/openapi.json", "/health"}  # need no token: they reveal nothing about the runs
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; form-action 'none'"),
]
log = logging.getLogger(__name__)


class Gate:
    """ASGI application that wraps another.

    Args:
        known: paths counted under their own name; all others count as `other`.
        posts: endpoint of each POST path, called directly: through `app`, which also has and documents
            them, a request takes several times as long as everything else about it.
    """

    def __init__(
        self, app: App, service: Service, known: frozenset[str], posts: Mapping[str, Endpoint]
    ) -> None:
        self._app, self._service, self._known, self._posts = app, service, known, posts
        self._expected = f"Bearer {service.token}".encode() if service.token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status, whole = time.perf_counter(), 0, False

        async def watched(message: MutableMapping[str, Any]) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *HEADERS, *self._last(message["headers"])]
            else:
                whole = not message.get("more_body", False)
            await send(message)

        try:
            self._admit(scope)
            endpoint = self._posts.get(scope["path"]) if scope["method"] == "POST" else None
            if endpoint is None:
                await self._app(scope, receive, watched)
            else:
                response = await endpoint(Request(scope, receive))
                await response(scope, receive, watched)
        except Refusal as refusal:
            await refusal.response()(scope, receive, watched)
        except Exception:
            log.exception("%s %s", scope["method"], scope["path"])
            if status and not whole:  # an incomplete answer was sent: the server closes the connection
                raise
            if not status:
                await failed()(scope, receive, watched)
        finally:
            route = scope["path"] if scope["path"] in self._known else "other"
            self._service.metrics.answered(route, status, time.perf_counter() - start)

    def _admit(self, scope: Scope) -> None:
        """Raise Refusal for a request that must not pass."""
        if self._service.draining:
            raise Refusal(503, "", "the service is ending", {"retry-after": "5"})
        for name, value in scope["headers"]:
            if name == b"host" and not self._service.hosts.allow(value):
                raise stranger(value)
        path = scope["path"]
        if self._expected is not None and not (path in OPEN or path.startswith("/page/")):
            given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
            if not hmac.compare_digest(given, self._expected):
                raise Refusal(401, "authorization", "needs the token", {"www-authenticate": "Bearer"})
        client = scope["client"][0] if scope.get("client") else ""
        wait = self._service.rate.wait(client, time.monotonic())
        if wait:
            error = f"at most {self._service.rate.rate:g} requests a second"
            raise Refusal(429, "", error, {"retry-after": str(int(wait) + 1)})

    def _last(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Add `connection: close` to the headers while the service is ending."""
        told = any(name == b"connection" for name, _ in headers)
        return [(b"connection", b"close")] if self._service.draining and not told else []
