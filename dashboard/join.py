"""The way in: a trainee gives a name, an instructor's link is exchanged for a cookie, once."""

from collections import deque
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from broker import topics
from broker.clock import Clock
from dashboard import seal as seals
from dashboard.context import Identity, Role
from dashboard.live import LiveWards
from dashboard.seal import COOKIE_AGE_S, NAME_LENGTH, Seal

FORM_LIMIT: Final = 4096
WRONG_CODES: Final = 30
WRONG_WITHIN_S: Final = 60.0
"""So many wrong join codes within a minute, from everybody together, and then none is looked at."""

_STYLE: Final = (Path(__file__).parent / "join.css").read_text(encoding="utf-8")
_TRACE: Final = "M0 52h58" + "l6-7 7 7h16l4 7 6-49 7 58 5-16h14l9-11 10 11h62" * 3


@dataclass
class Form:
    """What a person filled in, and what is wrong with it."""

    name: str = ""
    session: str = ""
    code: str = ""
    observer: bool = False
    error: str = ""


@dataclass
class Join:
    """Serves ``/join`` and ``/enter``. ``guarded``: joining needs the class's code."""

    seal: Seal
    live: LiveWards
    clock: Clock
    guarded: bool
    _wrong: deque[float] = field(default_factory=lambda: deque(maxlen=WRONG_CODES))

    async def page(self, request: Request) -> Response:
        """Show the form, with the name that a former cookie knows."""
        known = self.seal.identity(request.cookies)
        form = Form(
            name=known.name if known and known.role != "instructor" else "",
            session=request.query_params.get("session", ""),
            code=request.query_params.get("code", "")[:32],
            observer=bool(known and known.role == "observer"),
        )
        return self._form(form)

    async def join(self, request: Request) -> Response:
        """Take the form; a good one is answered with a cookie and the ward."""
        raw = await request.body()
        if len(raw) > FORM_LIMIT:
            return self._form(Form(error="That is too much text."), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        form = _filled(raw)
        form.error = self._wrong_with(form)
        if form.error:
            return self._form(form, HTTPStatus.BAD_REQUEST)
        role: Role = "observer" if form.observer else "trainee"
        known = self.seal.identity(request.cookies)
        same = known is not None and known.role == role and known.name == form.name
        person = known.person_id if same and known else seals.new_person_id()
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        self._give(request, response, Identity(role, person, form.name, form.session))
        return response

    async def enter(self, request: Request) -> Response:
        """Exchange a link's token for a cookie, once, and lead away from the address that held it."""
        if "prefetch" in request.headers.get("sec-purpose", ""):
            return HTMLResponse("", HTTPStatus.SERVICE_UNAVAILABLE)
        role = self.seal.redeem(request.query_params.get("token", ""))
        if role != "instructor":
            if self.seal.identity(request.cookies, "/instructor/") is not None:
                return RedirectResponse("/instructor/", HTTPStatus.SEE_OTHER)
            return HTMLResponse(_page(_USED), HTTPStatus.FORBIDDEN)
        response = RedirectResponse("/instructor/", HTTPStatus.SEE_OTHER)
        self._give(request, response, seals.instructor())
        return response

    def _wrong_with(self, form: Form) -> str:
        if not form.name:
            return "Please give a name."
        open_ = [session for session, *_ in self._places()]
        if not form.session and len(open_) == 1:
            form.session = open_[0]
        if form.session not in open_:
            return "Please choose a ward." if open_ else "No session is running yet. Try again in a moment."
        return self._wrong_code(form.code) if self.guarded else ""

    def _wrong_code(self, code: str) -> str:
        now = self.clock.monotonic()
        if len(self._wrong) == WRONG_CODES and now - self._wrong[0] < WRONG_WITHIN_S:
            return "Too many wrong codes. Wait a minute."
        if self.seal.is_join_code(code):
            return ""
        self._wrong.append(now)
        return "That code is not right. Your instructor has it."

    def _give(self, request: Request, response: Response, identity: Identity) -> None:
        secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        response.set_cookie(
            self.seal.cookie_name(identity.role),
            self.seal.cookie(identity),
            max_age=COOKIE_AGE_S,
            path="/",
            httponly=True,
            samesite="strict",
            secure=secure,
        )

    def _form(self, form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
        return HTMLResponse(_page(_fields(form, self._places(), guarded=self.guarded)), status)

    def _places(self) -> list[tuple[str, str, str]]:
        """Return (session, place, since when) of what can be joined; sensors alone where nothing plays."""
        sessions, sensors = self.live.sessions(), self.live.sensors()
        if not sessions and sensors:
            beds = "1 bed" if sensors == 1 else f"{sensors} beds"
            return [(topics.LIVE, self.live.place(topics.LIVE), f"{beds}, no session is running")]
        return [(session, self.live.place(session) or "Ward", self._since(session)) for session in sessions]

    def _since(self, session: str) -> str:
        minutes = round((self.clock.now_ms() - self.live.records[session].created) / 60_000)
        return "just begun" if minutes < 1 else f"running for {minutes} min"


def _filled(raw: bytes) -> Form:
    fields = parse_qs(raw.decode("utf-8", "replace"), max_num_fields=10)
    first = {name: values[0] for name, values in fields.items()}
    return Form(
        name=seals.clean_name(first.get("name", "")),
        session=first.get("session", "")[:64],
        code=first.get("code", "")[:32],
        observer=first.get("as") == "observer",
    )


def _fields(form: Form, places: list[tuple[str, str, str]], *, guarded: bool) -> str:
    error = f'<p class="error" role="alert">{escape(form.error)}</p>' if form.error else ""
    name = (
        f'<label>Your name<input type="text" name="name" value="{escape(form.name)}"'
        f' maxlength="{NAME_LENGTH}" required autofocus autocomplete="nickname" spellcheck="false"></label>'
    )
    code = (
        f'<label>Join code<input type="text" class="code" name="code" value="{escape(form.code)}"'
        ' maxlength="12" required autocomplete="off" spellcheck="false"></label>'
    )
    return (
        f'<form method="post" action="/join"><h1>Join the ward</h1>{error}{name}{code if guarded else ""}'
        f"{_wards(form, places)}{_roles(form)}<button>Start</button></form>"
    )


def _wards(form: Form, places: list[tuple[str, str, str]]) -> str:
    if not places:
        return "<p>No session is running yet. It will be here as soon as it starts; try again then.</p>"
    if len(places) == 1:
        session, place, since = places[0]
        return (
            f'<input type="hidden" name="session" value="{escape(session)}"><p>{escape(place)}, {since}</p>'
        )
    chosen = form.session if form.session in {session for session, *_ in places} else places[0][0]
    choices = "".join(
        _choice("session", session, place, f"{since} · {session}", checked=session == chosen)
        for session, place, since in places
    )
    return f"<fieldset><legend>Which ward</legend>{choices}</fieldset>"


def _roles(form: Form) -> str:
    act = _choice("as", "trainee", "Trainee", "watch, flag and call", checked=not form.observer)
    watch = _choice("as", "observer", "Observer", "look on without acting", checked=form.observer)
    return f"<fieldset><legend>You come as</legend>{act}{watch}</fieldset>"


def _choice(name: str, value: str, label: str, hint: str, *, checked: bool) -> str:
    mark = " checked" if checked else ""
    return (
        f'<label class="choice"><input type="radio" name="{name}" value="{escape(value)}"{mark}>'
        f"<span>{escape(label)}<small>{escape(hint)}</small></span></label>"
    )


_USED: Final = (
    '<div class="say"><h1>This link was used, or is too old</h1><p>An instructor’s link works once.'
    " Make a new one with <b>teleward link</b> on the machine that runs the ward.</p>"
    '<p><a href="/join">Join as a trainee</a></p></div>'
)


def _page(inside: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Teleward: join</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" type="image/svg+xml" href="/favicon.svg">'
        f'<style>{_STYLE}</style></head><body><header><span class="brand">Teleward</span>'
        '<span class="sim">SIMULATION <span>training only, not for patient care</span></span></header>'
        '<main><div class="card"><svg class="trace" viewBox="0 0 440 84" preserveAspectRatio="none"'
        f' aria-hidden="true"><path d="{_TRACE}" fill="none" stroke="var(--ecg)" stroke-width="1.6"'
        f' stroke-linejoin="round"/></svg>{inside}</div></main>'
        "<footer>A virtual ward for training</footer></body></html>"
    )
