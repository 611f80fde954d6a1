"""Replaying a recording: a WFDB record becomes a device at a bed, at its own rate.

The recording's samples travel as the waves of a simulated device do, and its rates and pressures are
measured by our streaming detectors on the way. See ``docs/how-to/replay-a-recording.md``.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from broker import topics
from broker.client import Address, Link
from broker.clock import Clock, SystemClock
from devices.gateways.player import BLOCK_S, Bedside, Player
from devices.gateways.recording import Recording, RecordingError, open_recording

__all__ = ["RecordingError", "play", "replay"]

_LOG: Final = logging.getLogger(__name__)
_LATE_S: Final = 2.0
"""Who is later than this (a laptop that slept) goes on with the present."""
_PATIENCE_S: Final = 5.0


async def replay(  # noqa: PLR0913 -- a command's options
    address: Address,
    record_path: str | Path,
    *,
    bed: str,
    site: str = topics.DEFAULT_SITE,
    session: str = topics.LIVE,
    loop: bool = False,
    speed: float = 1.0,
    device: str | None = None,
    names: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    say: Callable[[str], None] = _LOG.info,
) -> None:
    """Publish the record at ``record_path`` as ``device`` (``rec-NAME``) of ``bed``, until its end.

    With ``loop`` it begins again without a seam. ``names`` maps signals to catalogue keys where their
    names do not tell; ``say`` is told what is replayed and what is not. A broker that is away is
    waited for. Raises ``RecordingError``, also for a bed, device or speed that cannot be.
    """
    recording = await asyncio.to_thread(open_recording, record_path, names)
    bedside = Bedside(site, session, bed, device or _device(recording.name))
    _check(bedside, speed)
    for line in description(recording, bedside):
        say(line)
    await play(address, recording, bedside, loop=loop, speed=speed, clock=clock or SystemClock(), say=say)


async def play(
    address: Address,
    recording: Recording,
    bedside: Bedside,
    *,
    loop: bool,
    speed: float,
    clock: Clock,
    say: Callable[[str], None],
) -> None:
    """Publish an open recording; the device is ``offline`` afterwards, whatever ended it."""
    boot = secrets.token_hex(4)
    will = Player(recording, bedside, boot, 0).goodbye(why="connection lost")
    async with Link(address, f"{bedside.device}-{bedside.bed}-{boot}", will=will, clock=clock) as link:
        await _connected(link, say)
        player = Player(recording, bedside, boot, clock.now_ms(), loop=loop)
        for out in player.hello():
            link.send(out)
        try:
            await _run(link, player, None if loop else _blocks(recording), speed, clock)
        finally:
            link.send(player.goodbye(clock.now_ms()))


async def _connected(link: Link, say: Callable[[str], None]) -> None:
    told = None
    while not link.connected:
        try:
            await link.wait_connected(_PATIENCE_S)
        except TimeoutError as error:
            if str(error) != told:
                say(f"waiting: {error}")
            told = str(error)


async def _run(link: Link, player: Player, blocks: int | None, speed: float, clock: Clock) -> None:
    """Send each block when its last sample would have been measured."""
    begun, number, step_s = clock.monotonic(), 0, float(BLOCK_S) / speed
    while blocks is None or number < blocks:
        ahead_s = begun + (number + 1) * step_s - clock.monotonic()
        if ahead_s > 0:
            await clock.sleep(ahead_s)
        elif ahead_s < -_LATE_S:
            number += int(-ahead_s / step_s)
            continue
        for out in await asyncio.to_thread(player.block, number):
            link.send(out)
        number += 1


def description(recording: Recording, bedside: Bedside) -> list[str]:
    """Return in words what is replayed, and what is left out and why."""
    waves = [f"{t.name} as {t.metric} ({float(t.hz):g} Hz)" for t in recording.waves]
    numerics = [f"{t.name} as {t.metric}" for t in recording.numerics]
    minutes, seconds = divmod(round(recording.seconds), 60)
    said = [
        f"{recording.name}: {minutes} min {seconds:02d} s at {bedside.bed}, as {bedside.device}",
        f"  {', '.join(waves + numerics)}",
    ]
    return said + [f"  not {name}: {why}" for name, why in recording.left_out.items()]


def _blocks(recording: Recording) -> int:
    return -int(-recording.seconds // BLOCK_S)


def _device(name: str) -> str:
    return "rec-" + (re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")[:28] or "wfdb")


def _check(bedside: Bedside, speed: float) -> None:
    for what in ("site", "session", "bed", "device"):
        if not topics.is_name(getattr(bedside, what)):
            raise RecordingError(f"{what} {getattr(bedside, what)!r}: use up to 32 of a-z, 0-9 and -")
    if speed <= 0 or (bedside.session == topics.LIVE and speed != 1):
        raise RecordingError(f"speed {speed:g}: the session {topics.LIVE} runs by the wall clock, at speed 1")
