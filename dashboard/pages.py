"""The two Dash apps on their FastAPI server, loaded beside the stream so that it need not wait.

Importing Dash takes a second or two. The stream, the join page and the gate are there at once; the
first page request waits for the loading, which begins by itself as soon as the server runs.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.context import Context

_LOG: Final = logging.getLogger(__name__)


class Pages:
    """An ASGI application that becomes the Dash apps when they are loaded."""

    def __init__(self, context: Context, allow_scripts: Callable[[list[str]], None]) -> None:
        self._context = context
        self._allow_scripts = allow_scripts
        self._loading: asyncio.Task[tuple[Any, dict[str, Any]]] | None = None

    async def load(self) -> tuple[Any, dict[str, Any]]:
        """Return the FastAPI server and the Dash apps by name, loaded once in a thread."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        try:
            return await asyncio.shield(self._loading)
        except Exception:
            self._loading = None  # the next request tries again
            raise

    async def _load(self) -> tuple[Any, dict[str, Any]]:
        server, apps = await asyncio.to_thread(build, self._context)
        self._allow_scripts([script for app in apps.values() for script in app.csp_hashes()])
        _LOG.info("the pages are loaded")
        return server, apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a page."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 4404})
            return
        if self._is_over(scope["path"]):
            await RedirectResponse("/join", 303)(scope, receive, send)
            return
        if scope["path"] == "/instructor":
            scope = {**scope, "path": "/instructor/", "raw_path": b"/instructor/"}
        elif scope["path"].startswith("/bed/"):  # one page; the browser reads the rest of its address
            scope = {**scope, "path": "/", "raw_path": b"/"}
        await _guarded(self._serve)(scope, receive, send)

    def _is_over(self, path: str) -> bool:
        """Say whether a page is asked for by somebody whose session is over: they may join another."""
        page = path == "/" or path.startswith("/bed/")
        return page and self._context.live.ended(self._context.me().session)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        server, _ = await self.load()
        await server(scope, receive, send)


def _guarded(app: ASGIApp) -> ASGIApp:
    """Return ``app`` whose failures are logged, and answered without their inside."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Any) -> None:  # noqa: ANN401 -- an ASGI message
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await app(scope, receive, sending)
        except Exception:  # noqa: BLE001 -- whatever failed in a page, the others go on
            _LOG.exception("a page failed: %s", scope["path"])
            if not started:
                await PlainTextResponse("This page failed; the server's log says why.", 500)(
                    scope, receive, send
                )

    return guarded


def build(context: Context) -> tuple[Any, dict[str, Any]]:
    """Make the FastAPI server with both apps, the instructor's first."""
    from dash.backends import get_backend  # noqa: PLC0415 -- heavy, see the module
    from fastapi import FastAPI  # noqa: PLC0415

    from dashboard.instructor import app as instructor  # noqa: PLC0415
    from dashboard.trainee import app as trainee  # noqa: PLC0415

    get_backend("fastapi").websocket_capability = False  # Dash's own socket: not used, not served
    server = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    apps = {"instructor": instructor.build(server, context), "trainee": trainee.build(server, context)}
    return server, apps
