"""The how-to's lines work as they are printed, but for the port."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from broker.client import Link
from broker.codec import Accepted, decode
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

PAGE = Path("docs/how-to/attach-a-sensor.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Give the page's blocks in ``language``."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


async def heard(link: Link, count: int) -> list[tuple[str, bytes]]:
    """Return the first messages of the ward."""
    got = []
    async with asyncio.timeout(PATIENCE_S):
        async for message in link.messages():
            got.append((message.topic, message.payload))
            if len(got) == count:
                break
    return got


@pytest.mark.usefixtures("mosquitto")  # brings mosquitto_pub along, or skips
async def test_the_line_works_twice_in_a_row(broker: RealBroker) -> None:
    """One line of shell is a sensor, at the port it uses by default."""
    line = blocks("sh")[0].replace("mosquitto_pub", f"mosquitto_pub -p {broker.ports.mqtt}")
    async with Link(broker.address, "ear", subscriptions=[("rpm/#", 1)]) as link:
        await link.wait_connected(PATIENCE_S)
        for _ in range(2):
            await asyncio.to_thread(subprocess.run, ["sh", "-c", line], check=True)
            ((topic, payload),) = await heard(link, 1)
            assert isinstance(decode(topic, payload), Accepted)


async def test_the_python_program_is_a_device(broker: RealBroker) -> None:
    """It says that it is there, what it is and what it measures, and when killed its will speaks."""
    (code,) = blocks("python")
    code = code.replace("1883", str(broker.ports.mqtt))
    async with Link(broker.address, "ear", subscriptions=[("rpm/#", 1)]) as link:
        await link.wait_connected(PATIENCE_S)
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
        said = await heard(link, 3)
        process.kill()
        await process.wait()
        while b"offline" not in said[-1][1]:
            said += await heard(link, 1)
    assert {topic.rsplit("/", 1)[1] for topic, _ in said} == {"status", "meta", "num"}
    assert all(isinstance(decode(topic, payload), Accepted) for topic, payload in said)
