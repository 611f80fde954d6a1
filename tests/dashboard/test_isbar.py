"""A call is drafted from what is on the screen, and only from that."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.isbar import isbar

NOW = 1_795_000_000_000


def reading(value: float | None, *, q: str = "Vld", age_s: float = 1, per: float = 1) -> dict[str, Any]:
    """Return a value as the stream shows it."""
    return {
        "v": value,
        "u": "",
        "q": q,
        "why": None,
        "t": NOW - round(age_s * 1000),
        "dev": "patch",
        "per": per,
        "r": NOW,
    }


def bed(**num: dict[str, Any]) -> dict[str, Any]:
    """Return Virtanen of the screens."""
    return {
        "person": {
            "name": "Virtanen K", "full": "Kaija Virtanen", "age": 71, "sex": "F",
            "reason": "Urinary infection.",
            "history": "Diabetes", "drugs": "Nitrofurantoin since 12:00", "allergies": "penicillin",
        },
        "num": {"rr": reading(24), "hr": reading(112), "temp": reading(39.2), **num},
        "score": {"total": 9, "at_least": 9, "max_single": 2, "earlier": 6},
        "alarms": {}, "chart": {"acvpu": "A", "oxygen": "air"},
    }  # fmt: skip


def drafted(shown: dict[str, Any], **more: str) -> dict[str, str]:
    """Return the draft of a call by Aino K."""
    return isbar("bed04", shown, caller="Aino K", place="Ward B", now=NOW, **more)


def test_the_draft_says_who_what_and_what_is_wanted() -> None:
    """The five parts, from chart, score and values."""
    texts = drafted(bed(spo2=reading(93)), suspects="sepsis")
    assert texts["identify"] == "Aino K, Ward B. Kaija Virtanen, 71 F, B04."
    assert texts["situation"].startswith("NEWS2 9, was 6 an hour ago.")
    assert "RR 24, SpO₂ 93 % on air, T 39.2, pulse 112" in texts["situation"]
    assert "Allergies: penicillin" in texts["background"]
    assert texts["assessment"] == "I suspect sepsis. Patient alert."
    assert texts["recommendation"].startswith("Please come now")


def test_what_a_device_doubts_is_said_to_be_doubtful() -> None:
    """A doubtful saturation is not handed on as a fact."""
    texts = drafted(bed(spo2=reading(82, q="Qst")))
    assert "82 (doubtful)" in texts["situation"]
    assert "SpO₂ may be artefact" in texts["assessment"]


def test_a_lost_value_is_left_out() -> None:
    """What is not on the screen is not in the call."""
    assert "SpO₂" not in drafted(bed(spo2=reading(93, age_s=600)))["situation"]
    assert "SpO₂" not in drafted(bed(spo2=reading(None)))["situation"]


def test_an_incomplete_score_is_a_lower_bound() -> None:
    """Nobody hears a total that is not known."""
    shown = bed()
    shown["score"] = {"total": None, "at_least": 4, "max_single": 2, "earlier": None}
    assert drafted(shown)["situation"].startswith("NEWS2 at least 4.")


@given(
    parts=st.sets(st.sampled_from(["person", "num", "score", "alarms", "chart"])),
    nothing=st.sampled_from([None, {}]),
)
def test_a_bed_of_which_little_is_known_can_be_called_for(
    parts: set[str], nothing: dict[str, Any] | None
) -> None:
    """Every part of a bed may be missing."""
    shown = {key: value for key, value in bed().items() if key not in parts}
    shown |= dict.fromkeys(parts & {"person", "chart", "score"}, nothing)
    assert set(drafted(shown)) == {"identify", "situation", "background", "assessment", "recommendation"}
