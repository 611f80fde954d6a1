"""What binds a browser to a person, a role and a session: signed cookies, one-time links, join codes.

The key lies in the data directory, readable by its owner alone; whoever has the directory is the
instructor anyway. A link's token works once: its use is recorded there before anything else happens.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from itsdangerous import BadData, URLSafeTimedSerializer

from dashboard.context import EVERY, Identity, Role

COOKIE_AGE_S: Final = 24 * 3600
TOKEN_AGE_S: Final = 24 * 3600
NAME_LENGTH: Final = 40
INSTRUCTOR: Final = "Instructor"
"""The name of whoever came by an instructor's link."""

_ROLES: Final[tuple[Role, ...]] = ("trainee", "instructor", "observer")
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Nothing that is mistaken for something else when read from a projector: no I, L, O, 0, 1."""
_CODE_LENGTH: Final = 6


def load_key(data_dir: Path) -> bytes:
    """Return the signing key of ``data_dir``, made on first use with mode 0600.

    Several processes may ask at once: whoever creates the file wins, the others read it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "secret"
    made = data_dir / f"secret.{secrets.token_hex(8)}"
    if not path.exists():
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(made, path)  # fails where another process was first
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_bytes()


class Seal:
    """Makes and checks all that is signed with one data directory's key."""

    def __init__(self, data_dir: Path) -> None:
        key = load_key(data_dir)
        self._used = data_dir / "used-links"
        self._key = key
        self._cookies = URLSafeTimedSerializer(key, salt="cookie")
        self._tokens = URLSafeTimedSerializer(key, salt="enter")
        self._name = f"teleward-{hashlib.sha256(b'name' + key).hexdigest()[:8]}"

    def cookie_name(self, role: Role) -> str:
        """Return the name of a role's cookie.

        It differs per data directory, since cookies know no port and two wards may share a host; and
        an instructor who looks at the ward as a trainee, in the same browser, keeps both.
        """
        return f"{self._name}-i" if role == "instructor" else self._name

    def cookie(self, identity: Identity) -> str:
        """Return the value of the cookie that makes its bearer ``identity``."""
        return self._cookies.dumps([identity.role, identity.person_id, identity.name, identity.session])

    def identity(
        self, cookies: Mapping[str, str], path: str = "/", *, age_s: int = COOKIE_AGE_S
    ) -> Identity | None:
        """Return whom the cookies name; ``None`` where they are missing, forged or expired.

        On the instructor's paths only an instructor's cookie counts; elsewhere a trainee's counts first.
        """
        roles: tuple[Role, ...] = ("instructor",) if is_instructors(path) else ("trainee", "instructor")
        for role in roles:
            name = self.cookie_name(role)
            found = _identity(_loads(self._cookies, cookies.get(name, ""), age_s))
            if found is not None and self.cookie_name(found.role) == name:
                return found
        return None

    def token(self, role: Role = "instructor") -> str:
        """Return a token for ``role`` that is good for one use."""
        return self._tokens.dumps([role, secrets.token_hex(16)])

    def redeem(self, token: str, *, age_s: int = TOKEN_AGE_S) -> Role | None:
        """Use ``token`` up and return its role; ``None`` where it is forged, expired or was used."""
        match _loads(self._tokens, token, age_s):
            case [role, str(ident)] if role in _ROLES and ident.isalnum():
                return _ROLES[_ROLES.index(role)] if self._first_use(ident) else None
        return None

    def _first_use(self, ident: str) -> bool:
        self._used.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(self._used / ident, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        return True

    def join_code(self) -> str:
        """Return the code with which a class joins, where the page is open to a network."""
        digest = hmac.digest(self._key, b"join", "sha256")
        return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_CODE_LENGTH])

    def is_join_code(self, code: str) -> bool:
        """Say whether ``code`` is the class's, whatever its case and spaces."""
        given = "".join(code.split()).upper()
        return hmac.compare_digest(given.encode(), self.join_code().encode())


def is_instructors(path: str) -> bool:
    """Say whether a path belongs to the instructor's pages."""
    return path == "/instructor" or path.startswith("/instructor/")


def _loads(serializer: URLSafeTimedSerializer, text: str, age_s: int) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return serializer.loads(text, max_age=age_s)
    except BadData:
        return None


def _identity(content: object) -> Identity | None:
    match content:
        case [role, str(person_id), str(name), str(session)] if role in _ROLES:
            return Identity(_ROLES[_ROLES.index(role)], person_id, name, session)
    return None


def new_person_id() -> str:
    """Return an identity for a person who joins."""
    return f"p-{secrets.token_hex(6)}"


def instructor() -> Identity:
    """Return a new instructor, who may see every session."""
    return Identity("instructor", new_person_id(), INSTRUCTOR, EVERY)


def clean_name(text: str) -> str:
    """Return ``text`` as a person's name: printable, single-spaced, at most 40 characters."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:NAME_LENGTH].strip()
