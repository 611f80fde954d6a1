"""Write the generated reference, or say what of it is stale.

``python -m teleward.reference`` writes; ``--check`` only compares and ends non-zero when a page
differs from what the program says of itself.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer.main

ROOT: Final = Path(__file__).parents[1]
PAGES: Final = ROOT / "docs" / "reference"
SCHEMAS: Final = PAGES / "schemas"


def command_line() -> str:
    """Return the reference of the command line, from the commands themselves."""
    from teleward.cli import app  # noqa: PLC0415 -- the reference alone needs it whole

    commands: dict[str, Any] = vars(typer.main.get_command(app))["commands"]
    parts = ["# Command line", "", "Generated from the program; `teleward COMMAND --help` says the same.", ""]
    for name in sorted(commands):
        parts += _command(name, commands[name])
    return "\n".join(parts).rstrip() + "\n"


def _command(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 -- typer's own classes have no public name
    children = getattr(command, "commands", {})
    for child in sorted(children):
        yield from _command(f"{name} {child}", children[child])
    if children and not command.invoke_without_command:
        return
    yield from (f"## teleward {name}", "", (command.help or "").strip(), "")
    rows = [_parameter(p) for p in command.params if p.name != "help"]
    if rows:
        yield from ("| option | meaning | default |", "| --- | --- | --- |", *rows, "")


def _parameter(parameter: Any) -> str:  # noqa: ANN401 -- typer's own classes have no public name
    is_option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [str(parameter.name).upper()]
    label = ", ".join(f"`{n}`" for n in names)
    text = (getattr(parameter, "help", "") or "").replace("|", "or")
    default = parameter.default
    shown = f"`{default}`" if is_option and default is not None and not callable(default) else ""
    return f"| {label} | {text} | {shown} |"


def pages() -> dict[Path, str]:
    """Return every generated page and what it should say."""
    from broker import contract  # noqa: PLC0415
    from scenarios import reference as scenarios  # noqa: PLC0415

    return {
        PAGES / "command-line.md": command_line(),
        **{PAGES / name: text for name, text in contract.files().items()},
        **{PAGES / name: text for name, text in scenarios.pages().items()},
    }


def stale() -> list[Path]:
    """Return the pages that differ from the code, are missing, or should not be there."""
    wanted = pages()
    different = (
        path for path, said in wanted.items() if not path.exists() or path.read_text("utf-8") != said
    )
    return sorted({*different, *(set(SCHEMAS.glob("*.json")) - wanted.keys())})


def write() -> list[Path]:
    """Bring the pages up to date; return those that were not."""
    changed, wanted = stale(), pages()
    for path in changed:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
    return changed


def main(argv: list[str]) -> int:
    """Write or compare."""
    check = "--check" in argv
    changed = stale() if check else write()
    for path in changed:
        name = path.relative_to(ROOT)
        sys.stdout.write(f"{name} is stale: make fix\n" if check else f"wrote {name}\n")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
