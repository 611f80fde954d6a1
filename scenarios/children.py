"""Child processes of the conductor: runners that stay and workers that answer once."""

import asyncio
import contextlib
import hashlib
import os
import platform
import sys
from asyncio.subprocess import PIPE, Process
from importlib import metadata
from pathlib import Path
from typing import Final

import scenarios
from broker.address import FOLDER, PASSWORD, PASSWORD_FILE, USER, Address

LONGEST_LINE: Final = 1 << 24
WORKER_S: Final = 20.0
"""A scenario that takes longer to read is refused."""


class WorkerError(Exception):
    """A worker gave no answer; the message says why."""


def broker_url(address: Address) -> str:
    """Return the address without user and password, which travel in the environment."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{'mqtts' if address.tls else 'mqtt'}://{host}:{address.port}"


def environment(address: Address | None = None) -> dict[str, str]:
    """Return our environment for a child: the same modules, and the broker's user and password.

    Where a folder holds a user for each role, the child takes its own from there.
    """
    root = str(Path(scenarios.__file__).parents[1])
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "PYTHONUNBUFFERED": "1"}
    if address is None or (env.get(FOLDER) and not env.get(USER)):
        return env
    if address.user is not None:
        env[USER] = address.user
    if address.password is not None:
        env[PASSWORD] = address.password
        env.pop(PASSWORD_FILE, None)
    return env


async def runner(address: Address) -> Process:
    """Start a runner that waits for its orders; Ctrl-C in the terminal does not reach it."""
    return await _start("scenarios.runner", env=environment(address))


async def ask(module: str, *arguments: str, said: bytes = b"") -> bytes:
    """Run a worker to its end and return what it printed; raise ``WorkerError``."""
    process = await _start(module, *arguments, env=environment())
    try:
        printed, _ = await asyncio.wait_for(process.communicate(said), WORKER_S)
    except TimeoutError:
        raise WorkerError(f"no answer within {WORKER_S:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise WorkerError(f"the worker failed with exit status {process.returncode}")
    return printed


async def _start(module: str, *arguments: str, env: dict[str, str]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", module, *arguments,
        stdin=PIPE, stdout=PIPE, env=env, limit=LONGEST_LINE, start_new_session=True,
    )  # fmt: skip


def digest(text: str) -> str:
    """Return what tells a scenario's text from any other."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def versions() -> dict[str, str]:
    """Return the versions a session's bytes depend on."""
    out = {"python": platform.python_version()}
    for name in ("teleward", "numpy"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            out[name] = metadata.version(name)
    return out
