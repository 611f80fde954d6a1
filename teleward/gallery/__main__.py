"""Write the gallery to a file."""

import sys
from pathlib import Path

from teleward.gallery.page import page


def main(argv: list[str]) -> int:
    """Write the page to ``argv[0]``, or to ``build/gallery.html``."""
    path = Path(argv[0] if argv else "build/gallery.html")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(), "utf-8")
    sys.stdout.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
