"""The scenarios that come with Teleward, as files beside this one."""

import difflib
from importlib import resources
from pathlib import Path
from typing import Final

SUFFIXES: Final = (".yaml", ".yml")


def names() -> list[str]:
    """Return the names of the scenarios that come with Teleward."""
    return sorted(
        f.name.removesuffix(".yaml") for f in resources.files(__name__).iterdir() if _is_one(f.name)
    )


def text(name: str) -> str:
    """Return the text of a scenario of the library; raise ``KeyError`` with what there is."""
    known = names()
    if name not in known:
        close = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(known)}"
        raise KeyError(f"no scenario `{name:.40}`; {hint}")
    return resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def text_of(name_or_file: str) -> str:
    """Return the text of a scenario of the library, or of a file where that is one."""
    if name_or_file.endswith(SUFFIXES) or Path(name_or_file).is_file():
        return Path(name_or_file).read_text(encoding="utf-8")
    return text(name_or_file)


def _is_one(file: str) -> bool:
    return file.endswith(".yaml")
