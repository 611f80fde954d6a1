"""The embedded broker's process: ``python -m broker.iotcore_child CONFIGURATION``.

iotcore's broker cannot be stopped, so it has a process of its own; it ends when its standard
input closes, that is when its parent stops it or is gone.
"""

import logging
import os
import sys
import threading

from iotcore import IotCoreBroker


def _end_with_parent() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock would block the interpreter's own end
        pass
    os._exit(0)


def main() -> None:
    """Serve until the parent closes our standard input."""
    # rumqttd logs each packet as an error; letting that through made it 16 times slower.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    IotCoreBroker(config_path=sys.argv[1]).run_forever()


if __name__ == "__main__":
    main()
