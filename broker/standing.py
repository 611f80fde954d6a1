"""Who is there says so again: a last will may come after the return of whom it speaks of.

A broker that lost sight of a connection tells its will when it notices, which may be after the same
publisher has come back through another one. What is retained would then be that it is gone, for as long as
it is there; and who waits for its word would wait in vain.
"""

from collections.abc import Iterable
from typing import Final

import aiomqtt

from broker.packets import Incoming, Outgoing

GONE: Final = b'"offline"'
"""What the word of somebody who is gone contains, see ``messages.Status``."""


class Standing:
    """``topic`` is where a publisher with a retained last will says that it is there, ``None`` without.

    ``filters`` are those it subscribes to anyway; ``hears`` says whether one of them brings the topic.
    """

    def __init__(self, will: Outgoing | None, filters: Iterable[str]) -> None:
        self.topic = will.topic if will is not None and will.retain else None
        # Of a shared subscription the word may go to another member.
        alone = [f for f in filters if not f.startswith("$share/")]
        self.hears = self.topic is not None and any(aiomqtt.Topic(self.topic).matches(f) for f in alone)

    def denied(self, message: Incoming, said: Outgoing) -> bool:
        """Say whether ``message`` on the topic has us gone, though what we ``said`` last is another thing.

        What was retained before we subscribed does not count: each connection begins with our word.
        """
        return GONE in message.payload and not message.retain and GONE not in said.payload
