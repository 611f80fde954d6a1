"""Browsers that look at a dashboard, and a ward that a test plays in words of its own."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, WebSocketRoute

from broker import messages as m
from broker import topics
from broker.clock import SystemClock
from tests.dashboard.house import House
from tests.patience import PATIENCE_MS
from tests.real_browser import patient
from tests.real_dashboard import SITE, Running

SOON_MS = PATIENCE_MS
DESK, LAPTOP, PHONE = (1920, 1080), (1366, 768), (390, 844)


@dataclass
class Windows:
    """Browsers of several people who look at one dashboard."""

    chromium: Browser
    house: House
    session: str
    contexts: list[BrowserContext] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(
        self,
        name: str = "Aino K",
        path: str = "/",
        size: tuple[int, int] = DESK,
        *,
        cable: "Cable | None" = None,
    ) -> Page:
        """Open ``path`` as a trainee and wait for what is live."""
        phone = size == PHONE
        viewport = ViewportSize(width=size[0], height=size[1])
        context = patient(self.chromium.new_context(viewport=viewport, has_touch=phone, is_mobile=phone))
        self.contexts.append(context)
        base = self.house.page.base
        cookies = self.house.page.cookie("trainee", self.session, name)
        context.add_cookies([{"name": key, "value": value, "url": base} for key, value in cookies.items()])
        tab = context.new_page()
        if cable is not None:
            tab.route_web_socket(re.compile("/stream"), cable.handle)
        tab.on("pageerror", lambda error: self.trouble.append(str(error)))
        tab.on("request", lambda request: self.asked.append(request.url))
        self.go(tab, path)
        return tab

    def go(self, tab: Page, path: str) -> None:
        """Open ``path`` and wait for what is live: before that no key does anything."""
        tab.goto(self.house.page.base + path)
        live = "() => window.teleward?.state?.ready && window.teleward.link.up"
        tab.wait_for_function(live, timeout=SOON_MS)


def tile(page: Page, bed: str) -> Locator:
    """Return a bed's tile."""
    return page.locator(f".tile[data-bed={bed}]")


def now() -> int:
    """Return the wall time (ms)."""
    return SystemClock().now_ms()


def measured(page: Running, session: str, bed: str, seq: int, **values: m.Reading) -> None:
    """Let the patch of a bed say something."""
    num = m.Num(v=1, m=values, t=now(), boot="ab", seq=seq)
    page.publish(topics.device(SITE, session, bed, "patch", "num"), num)


def alarm(page: Running, session: str, bed: str, **said: Any) -> None:  # noqa: ANN401 -- an alarm's fields
    """Let the watch raise an alarm."""
    fields: dict[str, Any] = {
        "v": 1, "id": "hr-high", "seq": 1, "t": now(), "onset": now() - 9000, "kind": "Phy", "priority": "Me",
        "presence": "On", "text": "HR 124 > 120", "metric": "hr", **said,
    }  # fmt: skip
    message: Struct = m.Alarm(**fields)
    page.publish(topics.alarm(SITE, session, bed, fields["id"]), message, retain=True)


class Cable:
    """The stream's connection, which a test may pull out and put in again."""

    def __init__(self) -> None:
        self.out = False
        self.forgetful = False
        """Let the server's next words know of no bed, as those of one that has just begun."""
        self._open: list[WebSocketRoute] = []

    def handle(self, socket: WebSocketRoute) -> None:
        """Take a connection that the page opens."""
        if self.out:
            socket.close()
            return
        server = socket.connect_to_server()
        if self.forgetful:
            server.on_message(lambda said: self._pass(socket, said))
        self._open.append(socket)

    def _pass(self, socket: WebSocketRoute, said: str | bytes) -> None:
        if isinstance(said, str) and '"beds"' in said:
            said = json.dumps({**json.loads(said), "beds": {}})
        socket.send(said)

    def pull(self) -> None:
        """Cut what is open, and refuse more."""
        self.out = True
        for socket in self._open:
            socket.close()
        self._open.clear()
