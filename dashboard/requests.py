"""What an instructor asks of the conductor, and its answer."""

from typing import Any, Final, Literal

import msgspec

from broker import codec, topics
from broker import messages as m
from broker.client import Link
from dashboard.context import Identity

Verb = Literal["list", "check", "start", "stop", "pause", "resume", "speed", "steer"]

PATIENCE_S: Final = 60.0
"""As long as the conductor lets a session take to start."""


class Requests:
    """Asks the conductor over the bus. The caller has made sure that an instructor asks."""

    def __init__(self, site: str, link: Link) -> None:
        self._site = site
        self._link = link

    async def ask(self, identity: Identity, verb: str, session: str = topics.ALL, **what: Any) -> m.Reply:  # noqa: ANN401 -- fields of Request
        """Return the conductor's reply, or one that says why there is none."""
        if identity.role != "instructor":
            return _no("only an instructor may ask this")
        if verb not in topics.VERBS or not topics.is_name(session):
            return _no("there is no such request")
        try:
            request = msgspec.convert(
                {"v": 1, "by": identity.name, "by_id": identity.person_id, **what}, m.Request
            )
        except msgspec.ValidationError as error:
            return _no(str(error))
        return await self._answer(topics.request(self._site, session, verb), codec.encode(request), session)

    async def _answer(self, topic: str, payload: bytes, session: str) -> m.Reply:
        reply_topic = topics.request_reply(self._site, session, self._link.client_id)
        try:
            raw = await self._link.request(topic, payload, reply_topic, PATIENCE_S)
            return msgspec.json.decode(raw, type=m.Reply)
        except TimeoutError:
            return _no("simulate does not answer: is it running?")
        except msgspec.MsgspecError as error:
            return _no(f"the answer makes no sense: {error}")


def _no(why: str) -> m.Reply:
    return m.Reply(v=1, ok=False, error=why[:2000])
