"""The embedded broker's process: ``python -m broker.iotcore_child CONFIGURATION PORT INNER_PORT``.

iotcore's broker cannot be stopped, so it has a process of its own; it ends when its standard
input closes, that is when its parent stops it or is gone. It speaks MQTT 5 on ``INNER_PORT``; on
``PORT`` stands the door for sensors, which opens when the broker answers.
"""

import asyncio
import logging
import os
import socket
import sys
import threading

from iotcore import IotCoreBroker

from broker import door

HOST = "127.0.0.1"


def _end_with_parent() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock would block the interpreter's own end
        pass
    os._exit(0)


async def _serve(port: int, inner_port: int) -> None:
    await door.wait_for(HOST, inner_port)
    server = await door.serve(HOST, port, inner_port)
    await server.serve_forever()


def _claim(port: int) -> None:
    """End where somebody serves ``port`` by now: iotcore would say nothing, and two wards share a broker."""
    with socket.socket() as probe:
        if sys.platform != "win32":  # there it would let two programs share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SystemExit(f"port {port} is taken: {error}") from None


def main() -> None:
    """Serve until the parent closes our standard input."""
    # rumqttd logs each packet as an error; letting that through made it 16 times slower.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _claim(int(sys.argv[3]))
    IotCoreBroker(config_path=sys.argv[1]).start()
    asyncio.run(_serve(int(sys.argv[2]), int(sys.argv[3])))


if __name__ == "__main__":
    main()
