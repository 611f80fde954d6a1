"""Junk of a smaller size than the benchmark's million, by the same means."""

import argparse

import pytest

from bench._junk_judge import Judge
from bench._junk_messages import messages
from bench.junk import run
from broker.codec import Accepted, Rejected, decode


def test_codec_and_published_schemas_agree_on_junk() -> None:
    """An independent validator and the codec accept the same messages."""
    judge = Judge()
    for topic, payload in messages(seed=7, count=3000):
        got = decode(topic, payload)
        assert isinstance(got, Accepted | Rejected)
        assert judge.valid(topic, payload) == isinstance(got, Accepted), (topic, payload)


@pytest.mark.slow
def test_everything_sent_is_stored_or_rejected_as_the_schemas_say() -> None:
    """A real station on a real broker deals with each message once, and keeps its memory."""
    options = argparse.Namespace(count=6000, seed=11, points=4)
    got = {row["case"]: row for row in run(options)}
    assert got["sent − stored − rejected"]["value"] == 0
    assert got["stored"]["value"] == got["valid, by the schemas"]["value"]
    assert got["memory, last quarter less second"]["value"] < 30
