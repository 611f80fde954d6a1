"""A program that ends with its parent: ``python -m broker.child PROGRAM ARGUMENT…``.

The parent holds our standard input open. When that closes, because the parent stops us or is
gone, even by SIGKILL, the program is ended. SIGHUP is passed on.
"""

import os
import signal
import subprocess
import sys
import threading


def _end_with_parent(process: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock would block the interpreter's own end
        pass
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()


def main() -> int:
    """Run the program given as arguments; return its exit status."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603 -- our parent's own words
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda number, _: process.send_signal(number))
    threading.Thread(target=_end_with_parent, args=(process,), daemon=True).start()
    try:
        return process.wait()
    except KeyboardInterrupt:  # Ctrl-C reaches the whole group; the program has it too
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
