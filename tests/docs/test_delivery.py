"""Every claim about what may be lost has its test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "delivery.md"
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
HEAD = "| what happens | lost | test |"


def claims() -> list[str]:
    """Return the rows of the tables of claims."""
    rows: list[str] = []
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        inside = line == HEAD or (inside and line.startswith("|"))
        if inside and line != HEAD and not line.startswith("| ---"):
            rows.append(line)
    return rows


def test_every_claim_names_a_test_that_is_there() -> None:
    """A file, and in it a function of that name."""
    assert len(claims()) > 15
    for claim in claims():
        named = _TEST.findall(claim.rsplit("|", 2)[1])
        assert named, claim
        for path, function in named:
            assert (ROOT / path).is_file(), claim
            assert not function or f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), claim
