"""What consumers subscribe to, judged by another's matching."""

import pytest
from paho.mqtt.client import topic_matches_sub

from broker import topics
from broker.channels import CHANNELS, Channel
from broker.station.ingest import subscriptions

SITE = "home"


def matching(topic: str, *, shared: bool) -> list[int]:
    """Return the QoS of each subscription of ingest that ``topic`` matches."""
    prefix = topics.share("", "teleward-ingest")
    return [
        qos
        for filter_, qos in subscriptions(SITE, shared=shared)
        if topic_matches_sub(filter_.removeprefix(prefix), topic)
    ]


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda c: c.name)
def test_members_together_hear_what_one_alone_does(channel: Channel) -> None:
    """Each topic by one filter at most, with the same QoS; requests and answers by none."""
    topic = channel.topic(site=SITE)
    alone = matching(topic, shared=False)
    assert matching(topic, shared=True) == alone
    assert len(alone) <= 1


@pytest.mark.parametrize("channel", [c for c in CHANNELS if c.retain], ids=lambda c: c.name)
def test_what_is_retained_is_not_shared(channel: Channel) -> None:
    """A shared subscription would never be told what a broker retains."""
    shared = [f for f, _ in subscriptions(SITE, shared=True) if f.startswith("$share")]
    topic = channel.topic(site=SITE)
    assert not any(topic_matches_sub("/".join(f.split("/")[2:]), topic) for f in shared)
