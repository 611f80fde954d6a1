"""Loops over patients, compiled where numba is there, and plain Python, to the same bits, where it is not.

A kernel is a function of arrays and numbers that goes patient by patient, in a subset of Python that numba
knows. As it stands it serves a ward of a few beds as fast as chains of array calls would; ``compile_all``
makes machine code of it, for large wards and fast clocks. Neither needs the other: the compiled form
reckons in the same order with the same functions of ``math``, so nothing that is simulated changes.

Kernels are looked up by name when they are called, here and in machine code, so they are called as
``module.kernel(…)`` or in their own module. Constants of a module are fixed when it is compiled. One that
kernels call returns no array of its own.
"""

import importlib.util
import inspect
import sys
from collections.abc import Callable
from hashlib import blake2b
from importlib.metadata import version
from os import environ
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final, TypeVar, cast

from devices import kernel_folders

_F = TypeVar("_F", bound=Callable[..., Any])
_KNOWN: Final[list[Callable[..., Any]]] = []
_LOOPS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {}
_MACHINE: Final[set[str]] = set()
ROOM: Final = __name__.partition(".")[0]
PLAIN: Final = "TELEWARD_PLAIN"
"""Set in the environment, nothing is compiled."""


def kernel(function: _F) -> _F:
    """Count a function among the kernels; it stays as it is until ``compile_all``."""
    _KNOWN.append(function)
    return function


def twin(loop: Callable[..., Any]) -> Callable[[_F], _F]:
    """Count a function among the kernels, of which ``loop`` makes the machine code, to the same bits.

    For the few places where plain Python needs slices to be fast, and machine code needs loops.
    """

    def count(function: _F) -> _F:
        _KNOWN.append(function)
        _LOOPS[function] = loop
        return function

    return count


def available() -> bool:
    """Say whether kernels can be compiled here."""
    return not environ.get(PLAIN) and importlib.util.find_spec("numba") is not None


def compiled() -> bool:
    """Say whether kernels have been compiled."""
    return bool(_MACHINE)


def compile_all() -> bool:
    """Let every kernel known so far run as machine code from now on; say whether it does.

    Each is compiled when it is first called, or read from the cache of an earlier process.
    """
    if not available():
        return False
    folder = cache()
    kernel_folders.hold(folder)
    environ["NUMBA_CACHE_DIR"] = str(folder)

    for plain in _KNOWN:
        name = f"{plain.__module__}.{plain.__qualname__}"
        if name not in _MACHINE:
            _MACHINE.add(name)
            _replace(plain, _machine(_LOOPS.get(plain, plain)))
    return True


def _machine(loop: Callable[..., Any]) -> Callable[..., Any]:
    """Return what compiles ``loop`` when it is called: without counting who holds an array if that can be.

    Each row of an array that a loop takes would cost two calls, as much as all it does. Who makes arrays must
    count: who names ``np``, or is refused otherwise (``a + b``, ``a[mask]``, ``a[:, i] = b``).
    """
    from numba import njit  # noqa: PLC0415 -- slow to load, and not everybody has it
    from numba.core.errors import NumbaError  # noqa: PLC0415 -- likewise

    options: dict[str, Any] = {"cache": True, "error_model": "numpy", "forceinline": True}  # a sixth faster
    options["_nrt"] = "np" in loop.__code__.co_names
    machine: Any = njit(**options)(loop)
    compiled = machine.compile

    def compile_for(kinds: object) -> object:
        try:
            return compiled(kinds)
        except NumbaError:
            machine.targetoptions["_nrt"] = True
            machine._compiler._failed_cache.clear()  # noqa: SLF001 -- it would not try again
            return compiled(kinds)

    machine.compile = compile_for
    return cast("Callable[..., Any]", machine)


def _replace(plain: Callable[..., Any], machine: Callable[..., Any]) -> None:
    """Put ``machine`` wherever a module of this room has ``plain``."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == ROOM:
            for key, value in list(vars(module).items()):
                if value is plain:
                    setattr(module, key, machine)


def cache() -> Path:
    """Return where machine code is kept: a folder per state of the sources, since kernels call each other.

    Their places and times count too: numba takes nothing that was made from a source elsewhere or older.
    """
    sources = sorted({Path(__file__), *(Path(inspect.getfile(f)) for f in _KNOWN)})
    state = blake2b(version("numba").encode(), digest_size=8)
    for path in sources:
        state.update(f"{path} {path.stat().st_mtime_ns} ".encode() + path.read_bytes())
    base = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    try:
        folder = base / "teleward" / f"kernels-{state.hexdigest()}"
        kernel_folders.make(folder)
    except OSError:
        folder = Path(gettempdir()) / f"teleward-kernels-{state.hexdigest()}"
    return folder
