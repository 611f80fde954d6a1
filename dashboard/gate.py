"""The one door: nothing is served, over HTTP or WebSocket, but what a role is allowed by name.

Default is no. The table below is the whole policy: which paths stand open, which a person of the
session may ask for, which only the instructor. Requests that change something, and every WebSocket,
must come from our own pages (Origin). What passes knows its identity by ``Context.me``.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.context import Identity, asking
from dashboard.links import is_loopback
from dashboard.seal import Seal, is_instructors

Method = Literal["GET", "POST", "WS"]

_DASH: Final = r"(_dash-(layout|dependencies|component-suites/.+)|_favicon\.ico)"
OPEN: Final[tuple[tuple[Method, str], ...]] = (
    ("GET", r"/healthz"),
    ("GET", r"/favicon\.(svg|ico)"),
    ("GET", r"/join"),
    ("POST", r"/join"),
    ("GET", r"/enter"),
)
SESSION: Final[tuple[tuple[Method, str], ...]] = (
    ("GET", rf"/(bed/[a-z0-9-]{{1,64}}|{_DASH})?"),
    ("GET", r"/assets/(?!(?i:instructor)/).+"),
    ("POST", r"/_dash-update-component"),
    ("WS", r"/stream"),
)
INSTRUCTOR: Final[tuple[tuple[Method, str], ...]] = (
    ("GET", rf"/instructor(/|/{_DASH}|/assets/.+)?"),
    ("POST", r"/instructor/_dash-update-component"),
    ("WS", r"/instructor/stream"),
)

BODY_LIMIT: Final = 256 * 1024
INSTRUCTOR_BODY_LIMIT: Final = 2 * 1024 * 1024
"""An instructor's request may carry a scenario's text."""

_STRANGE: Final = re.compile(r"//|/\.|[\\\x00-\x1f\x7f]")
"""Spellings by which a path could name a file that the table does not."""


def _compiled(rules: Collection[tuple[str, str]]) -> dict[str, re.Pattern[str]]:
    return {
        method: re.compile("|".join(f"(?:{path})" for m, path in rules if m == method))
        for method in {m for m, _ in rules}
    }


_TABLES: Final = {
    "anybody": _compiled(OPEN),
    "session": _compiled(SESSION),
    "instructor": _compiled(INSTRUCTOR),
}

_FORBIDDEN: Final = (
    "This page is the instructor's. Its link is printed where Teleward was started and works once;"
    " `teleward link` makes another."
)

Verdict = Literal["pass", "join", "forbidden", "missing"]


def judge(method: str, path: str, identity: Identity | None) -> Verdict:
    """Say what becomes of a request: let through, sent to the join page, refused, or unknown."""
    owner = None if _STRANGE.search(path) else _owner("GET" if method == "HEAD" else method, path)
    if owner is None:
        return "missing"
    if owner == "anybody":
        return "pass"
    if owner == "instructor":
        return "pass" if identity is not None and identity.role == "instructor" else "forbidden"
    return "join" if identity is None else "pass"


def _owner(method: str, path: str) -> str | None:
    for owner, table in _TABLES.items():
        if method in table and table[method].fullmatch(path):
            return owner
    return None


@dataclass
class Policy:
    """What is said of every response, and whom we answer at all.

    ``loopback``: the page is served to this machine only, so that a foreign name for it (DNS
    rebinding) is refused. ``hosts`` are further names under which a proxy serves us.
    """

    loopback: bool = True
    hosts: frozenset[str] = frozenset()
    scripts: set[str] = field(default_factory=set)
    """Hashes of the inline scripts that Dash writes into its pages."""

    def knows_host(self, host: str) -> bool:
        """Say whether we answer to this ``Host`` header."""
        name = urlsplit(f"//{host}").hostname or ""
        return not self.loopback or is_loopback(name) or host.lower() in self.hosts

    def own_origin(self, headers: Mapping[str, str]) -> bool:
        """Say whether a request comes from one of our own pages."""
        origin = urlsplit(headers.get("origin", "")).netloc.lower()
        return bool(origin) and (origin == headers.get("host", "").lower() or origin in self.hosts)

    def content_security(self) -> str:
        """Return the policy by which a browser fetches nothing but our own files."""
        scripts = " ".join(("script-src 'self'", *sorted(self.scripts)))
        return (
            f"default-src 'none'; {scripts}; style-src 'self' 'unsafe-inline';"
            " img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' data:;"
            " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )

    def headers(self, headers: MutableHeaders) -> None:
        """Add to a response's headers what every response says."""
        headers["content-security-policy"] = self.content_security()
        headers["x-content-type-options"] = "nosniff"
        headers["x-frame-options"] = "DENY"
        headers["referrer-policy"] = "same-origin"
        headers["cross-origin-opener-policy"] = "same-origin"
        headers["cross-origin-resource-policy"] = "same-origin"
        headers["permissions-policy"] = "camera=(), geolocation=(), microphone=()"
        headers.setdefault("cache-control", "no-store")


class Gate:
    """An ASGI application before all others."""

    def __init__(self, app: ASGIApp, seal: Seal, policy: Policy) -> None:
        self._app = app
        self._seal = seal
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asking(identity := self._seal.identity(HTTPConnection(scope).cookies, scope["path"]))
        refusal = self._refusal(scope, identity)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await _close(receive, send, tell=self._policy.own_origin(Headers(scope=scope)))
            return
        limited = _limited(receive, _limit(scope["path"]))
        await (refusal or self._app)(scope, limited, self._with_headers(send))

    def _refusal(self, scope: Scope, identity: Identity | None) -> Response | None:
        headers = Headers(scope=scope)
        method = "WS" if scope["type"] == "websocket" else scope["method"]
        if not self._policy.knows_host(headers.get("host", "")):
            return PlainTextResponse("This address is not ours.", 421)
        if method not in {"GET", "HEAD"} and not self._policy.own_origin(headers):
            return PlainTextResponse("Only our own pages may ask this.", 403)
        refusals = {
            "join": _to_join(method, headers),
            "forbidden": PlainTextResponse(_FORBIDDEN, 403),
            "missing": PlainTextResponse("There is no such page.", 404),
        }
        return refusals.get(judge(method, scope["path"], identity))

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._policy.headers(MutableHeaders(scope=message))
            await send(message)

        return sending


async def _close(receive: Receive, send: Send, *, tell: bool) -> None:
    """Refuse a WebSocket; one of our own pages is told why, which a refused handshake does not."""
    if tell:
        await receive()
        await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4401, "reason": "You are not signed in here."})


def _to_join(method: str, headers: Headers) -> Response:
    """Answer somebody without a cookie: a person is led to the join page, a program is refused."""
    if method != "GET" or "text/html" not in headers.get("accept", ""):
        return PlainTextResponse("Join first.", 401)
    if headers.get("sec-fetch-site") == "cross-site":
        # A link on another site: browsers keep a Strict cookie back until we ask from our own page.
        return HTMLResponse('<!doctype html><meta http-equiv="refresh" content="0"><title>Teleward</title>')
    return RedirectResponse("/join", 303)


def _limit(path: str) -> int:
    return INSTRUCTOR_BODY_LIMIT if is_instructors(path) else BODY_LIMIT


def _limited(receive: Receive, limit: int) -> Receive:
    """Return ``receive`` that ends the request when its body grows over ``limit`` bytes."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > limit else message

    return receiving
