"""Checks over HTTP: the page, a part's own word; and the clocks that answer with a date."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from dashboard.links import is_loopback
from teleward.addresses import reachable
from teleward.doctor.finding import Finding, good, note, unasked, wrong

PATIENCE_S: Final = 5.0
SKEW_S: Final = 5.0
"""Heuristic: so far clocks may differ before times on a screen mislead."""
_MOST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``status`` is 0 where nothing did, ``body`` then says why."""

    status: int
    body: str
    date: str = ""
    version: str = ""


def ask(url: str) -> Answer:
    """Ask for ``url`` (http or https). Never raises."""
    if not url.startswith(("http://", "https://")):
        return Answer(0, "the address must begin with http:// or https://")
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as reply:  # noqa: S310 -- checked above
            return _read(reply)
    except urllib.error.HTTPError as error:
        with error:
            return _read(error)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return Answer(0, getattr(reason, "strerror", None) or str(reason))


def _read(reply: urllib.error.HTTPError) -> Answer:
    body = reply.read(_MOST).decode(errors="replace")
    headers = reply.headers
    return Answer(reply.status or 0, body, headers.get("Date", ""), headers.get("X-Influxdb-Version", ""))


def page(url: str, now_ms: int) -> Iterator[Finding]:
    """Check that the page is there, and that its computer's clock is ours."""
    answer = ask(f"{url}/healthz")
    todo = "start `teleward dashboard`, see its log; or say where it is: --page http://host:port"
    if not answer.status:
        yield wrong("page", f"{url}: {answer.body}", todo)
    elif (answer.status, answer.body) != (200, "ok"):
        yield wrong("page", f"{url}: another program answers there ({answer.status})", todo)
    else:
        yield good("page", url)
        yield clock("page", answer.date, now_ms)


def classroom(host: str, page_url: str) -> Finding:
    """Check that other computers' browsers reach the page, as far as that is known here."""
    if is_loopback(host):
        return note(
            "classroom", "only this computer reaches the page", "for a classroom start with --host 0.0.0.0"
        )
    url = f"http://{reachable(host)}:{urlsplit(page_url).port}"
    answer = ask(f"{url}/healthz")
    if (answer.status, answer.body) == (200, "ok"):
        return good("classroom", f"{url} answers; a firewall may still keep others out")
    what = f"{url} does not answer: {answer.body or answer.status}"
    return wrong("classroom", what, "look which addresses this computer has, and what its firewall lets in")


def clock(whose: str, date: str, now_ms: int) -> Finding:
    """Check that the clock behind an HTTP ``Date`` agrees with ours, which reads ``now_ms``."""
    check = f"clock, {whose}"
    try:
        other_ms = parsedate_to_datetime(date).timestamp() * 1000
    except ValueError:
        return unasked(check, f"the {whose} does not say what time it is")
    apart_s = (other_ms + 500 - now_ms) / 1000  # the date leaves out the fraction
    if abs(apart_s) <= SKEW_S:
        return good(check, "agrees with this computer's")
    order = "ahead of" if apart_s > 0 else "behind"
    what = f"the {whose}'s clock is {abs(apart_s):.0f} s {order} this computer's"
    return wrong(check, what, "let both keep time by NTP (timedatectl set-ntp true)")


def part(name: str, port: int) -> Finding:
    """Ask a part how it is, where it answers ``/healthz``."""
    answer = ask(f"http://127.0.0.1:{port}/healthz")
    if not answer.status:
        return wrong(f"{name} says", f"nothing at port {port}: {answer.body}", f"see the log of {name}")
    try:
        troubles = [str(t) for t in json.loads(answer.body)["troubles"]]
    except (ValueError, KeyError, TypeError):
        return wrong(f"{name} says", f"another program answers at port {port}", "give another --metrics-port")
    if troubles:
        return wrong(f"{name} says", "; ".join(troubles), f"see the log of {name}")
    return good(f"{name} says", "all is well")
