"""The insults there are."""

from typing import Final

from devices.physiology.insults.kinds import Insult

INSULTS: Final[dict[str, Insult]] = {
    "haemorrhage": Insult(
        "Haemorrhage", "reference 7.3", 0.0, 3600.0, 600.0, flows={"bleeding_ml_min": 0.61}, table="haem"
    ),
}
