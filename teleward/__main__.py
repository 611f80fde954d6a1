"""``python -m teleward`` is ``teleward``."""

from teleward.cli import main

main()
