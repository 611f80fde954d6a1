"""The generated reference is what the program says of itself, and is found out when it is not."""

from pathlib import Path

import pytest

from teleward import reference


def test_every_generated_page_is_what_the_code_says() -> None:
    """`make fix` writes them anew."""
    assert [path.name for path in reference.stale()] == []


@pytest.mark.slow
def test_what_is_stale_missing_or_left_over_is_found_and_put_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check says each by name and ends non-zero; writing leaves nothing to say."""
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "PAGES", tmp_path)
    monkeypatch.setattr(reference, "SCHEMAS", tmp_path / "schemas")
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    (tmp_path / "command-line.md").write_text("other")
    (tmp_path / "topics.md").unlink()
    left_over = tmp_path / "schemas" / "gone.json"
    left_over.write_text("{}")
    capsys.readouterr()
    assert reference.main(["--check"]) == 1
    said = capsys.readouterr().out.split()
    assert {"command-line.md", "topics.md", "schemas/gone.json"} == {w for w in said if "." in w}
    assert reference.main([]) == 0
    assert not left_over.exists()
    assert reference.stale() == []
