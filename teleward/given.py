"""What a user gave on the command line: said back, checked, and refused in one line."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from teleward import ward_file
from teleward.settings import MQTT5_PORT, Places, data_directory, default_store, signing_key

if TYPE_CHECKING:
    from broker.address import Address


def say(text: str) -> None:
    """Tell the user something at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(text: str) -> typer.Exit:
    """Tell the user what is wrong; raise what this returns."""
    sys.stderr.write(f"teleward: {text}\n")
    return typer.Exit(2)


def places(site: str, broker: str | None, store: str | None, data: Path | None) -> Places:
    """Return where the parts are, by what was given; the data directory and its key are made."""
    from broker.topics import is_name

    if not is_name(site):
        raise fail(f"--site {site!r}: use up to 32 of a-z, 0-9 and -")
    directory = data_directory(data)
    signing_key(directory)
    where = Places(
        site, broker or f"mqtt://127.0.0.1:{MQTT5_PORT}", store or default_store(directory), directory
    )
    _must_be_addresses(where)
    return where


def _must_be_addresses(where: Places) -> None:
    from broker.store import check_url

    address(where.broker)
    try:
        check_url(where.store)
    except ValueError as error:
        raise fail(str(error)) from None


def address(broker: str | None, role: str | None = None, data: Path | None = None) -> "Address":
    """Return where the broker is, and who we are to it as ``role``.

    Where none is named it is that of the ward that runs on ``data``, else this computer's.
    """
    from broker.address import FOLDER, Address

    ward = ward_file.find(data) if data is not None and broker is None else None
    url = broker or (ward.broker if ward else f"mqtt://127.0.0.1:{MQTT5_PORT}")
    environ = dict(os.environ)
    if ward is not None and ward.credentials:
        environ.setdefault(FOLDER, ward.credentials)
    try:
        return Address.parse(url, environ, role)
    except ValueError as error:
        raise fail(str(error)) from None


def playable(scenario: str) -> str:
    """Return a scenario's text; one of the user's own is read first, to tell what is wrong at once."""
    from scenarios.library import names

    text = scenario_text(scenario)
    if scenario not in names() and (found := loaded(scenario)).scenario is None:
        raise fail(f"this scenario cannot be played:\n{findings(scenario, found)}")
    return text


def scenario_text(scenario: str) -> str:
    """Return the text of a scenario of the library, or of a file."""
    from scenarios.library import text_of

    try:
        return text_of(scenario)
    except (KeyError, OSError, UnicodeDecodeError) as error:
        raise fail(str(error.args[0] if isinstance(error, KeyError) else error)) from None


def loaded(scenario: str) -> Any:  # noqa: ANN401 -- lazily imported
    """Return the scenario that was read, or ``None``, and what was found on the way."""
    from scenarios.loader import load

    return load(scenario_text(scenario))


def findings(scenario: str, found: Any) -> str:  # noqa: ANN401 -- lazily imported
    """Return what was found, a line each."""
    return "\n".join(f.told(scenario) for f in found.findings)
