"""Words and bounds that messages share, and what every message has."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Validity = Literal["Vld", "Vldated", "Ong", "Qst", "Calib", "Inv", "Oflw", "Uflw", "NA"]
Mode = Literal["Real", "Test", "Demo"]
Acvpu = Literal["A", "C", "V", "P", "U"]
Priority = Literal["None", "Lo", "Me", "Hi"]
Presence = Literal["On", "Off", "Latch", "Ack"]

Millis = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**32 - 1)]
SampleIndex = Annotated[int, Meta(ge=0, le=2**53 - 1)]
# ``$`` alone would let a line end pass in Python, though not in other readers of the schema.
Boot = Annotated[str, Meta(pattern=r"^[0-9a-f]{1,16}$(?!\n)")]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]
Identifier = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,64}$(?!\n)")]
Sample = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Samples = Annotated[list[Sample], Meta(min_length=1, max_length=5000)]
One = Literal[1]


class Message(Struct, kw_only=True, omit_defaults=True):
    """What every message has: ``v``, the version of its meaning."""

    v: One
