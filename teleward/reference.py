"""Write the generated reference, or say what of it is stale.

``python -m teleward.reference`` writes; ``--check`` only compares and ends non-zero when a page
differs from what the program says of itself.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import typer.main

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = ROOT / "docs" / "reference"


def command_line() -> str:
    """Return the reference of the command line, from the commands themselves."""
    from teleward.cli import app  # noqa: PLC0415 -- the reference alone needs it whole

    group = typer.main.get_command(app)
    if not isinstance(group, click.Group):
        raise TypeError("teleward has no commands")
    parts = ["# Command line", "", "Generated from the program; `teleward COMMAND --help` says the same.", ""]
    for name in sorted(group.commands):
        parts += _command(name, group.commands[name])
    return "\n".join(parts).rstrip() + "\n"


def _command(name: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        for child in sorted(command.commands):
            yield from _command(f"{name} {child}", command.commands[child])
        return
    yield from (f"## teleward {name}", "", (command.help or "").strip(), "")
    rows = [row for p in command.params if (row := _parameter(p))]
    if rows:
        yield from ("| option | meaning | default |", "| --- | --- | --- |", *rows, "")


def _parameter(parameter: click.Parameter) -> str | None:
    if parameter.name == "help":
        return None
    names = [*parameter.opts, *parameter.secondary_opts] if isinstance(parameter, click.Option) else []
    label = ", ".join(f"`{n}`" for n in names) or f"`{(parameter.name or '').upper()}`"
    text = getattr(parameter, "help", "") or ""
    default = "" if parameter.default is None or not names else f"`{parameter.default}`"
    return f"| {label} | {text.replace('|', 'or')} | {default} |"


def pages() -> dict[Path, str]:
    """Return every generated page and what it should say."""
    from broker import contract  # noqa: PLC0415
    from scenarios import reference as scenarios  # noqa: PLC0415

    return {
        PAGES / "command-line.md": command_line(),
        **{PAGES / name: text for name, text in contract.pages().items()},
        **{PAGES / name: text for name, text in scenarios.pages().items()},
    }


def main(argv: list[str]) -> int:
    """Write or compare."""
    wanted = pages()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in argv:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale: make fix\n")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
        sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
