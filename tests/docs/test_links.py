"""Every page is found from the index, and no link is dead."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
PAGES = sorted(DOCS.rglob("*.md"))
WRITTEN = [*PAGES, *sorted(ROOT.glob("*.md"))]
_LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def links(page: Path) -> list[str]:
    """Return the targets of a page's links, without those in code."""
    return _LINK.findall(_CODE.sub("``", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def page_of(link: str, page: Path) -> Path:
    """Return the file a relative link leads to."""
    target = unquote(link.partition("#")[0])
    return (page.parent / target).resolve() if target else page


def name(page: Path) -> str:
    """Name a page in a test's name."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_no_link_is_dead(page: Path) -> None:
    """Files and headings; the web is not asked."""
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            assert link.startswith(("https://", "http://", "mailto:")), link
            continue
        target = page_of(link, page)
        assert target.exists(), link
        anchor = link.partition("#")[2]
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_index() -> None:
    """And only once, lest two entries say different things."""
    found = [page_of(link, INDEX) for link in links(INDEX)]
    tracked = subprocess.run(
        ["git", "ls-files", "docs"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    # A page being written is its writer's; where there is no git every page counts.
    pages = {page.resolve() for page in PAGES if not tracked or name(page) in tracked} - {INDEX.resolve()}
    assert not {name(page) for page in pages - set(found)}
    assert len(found) == len(set(found))
