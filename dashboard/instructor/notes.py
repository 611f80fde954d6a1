"""An instructor's notes for the debrief: told and kept with the truth, since trainees must not read them."""

from dataclasses import dataclass
from typing import Any, Final

from broker import codec, topics
from broker import messages as m
from broker.client import Link, Outgoing
from dashboard.acts import Done
from dashboard.context import Identity
from dashboard.live import LiveWards
from dashboard.seal import INSTRUCTOR as NAME

LONGEST: Final = 200


@dataclass(frozen=True)
class Notes:
    """Publishes notes."""

    site: str
    link: Link
    live: LiveWards

    def take(self, identity: Identity, session: str, message: dict[str, Any]) -> Done:
        """Publish a note about the session, or about one bed; the outbox keeps it until it is out."""
        text, bed = message.get("text"), message.get("bed")
        if not isinstance(text, str) or not text.strip():
            return Done(ok=False, error="the note is empty")
        subject = bed if isinstance(bed, str) and topics.is_name(bed) else topics.SESSION
        who = "" if identity.name == NAME else f"{identity.name}: "
        line = f"{who}{text.strip()}"[:LONGEST]
        event = m.TruthEvent(v=1, t=self.live.now(session), kind="note", text=line)
        topic = topics.truth(self.site, session, subject, "event")
        self.link.send(Outgoing(topic, codec.encode(event), qos=1))
        return Done(ok=True)
