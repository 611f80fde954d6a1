"""The contract's files are what the code says, and the code does what they say."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from broker import topics
from broker.bus import MemoryBus
from broker.channels import BY_NAME, CHANNELS, Channel, channel_of
from broker.codec import Accepted, decode
from broker.examples import BODIES
from broker.schema import NAMES
from broker.security import may
from scenarios import library
from scenarios.headless import SITE, play
from scenarios.loader import loaded_or_raise
from tests.broker.json_kinds import ANYTHING, mutated, valid
from vitals.catalogue import WAVEFORMS

PLACE = Path("docs", "reference")
ONE_OF_EACH_UNIT = {wave.unit: wave.key for wave in WAVEFORMS.values()}.values()
ONE_OF_EACH_TYPE = {channel.message: channel for channel in CHANNELS}.values()
KINDS = [
    *((channel, channel.topic()) for channel in ONE_OF_EACH_TYPE if channel.name != "wave"),
    *((BY_NAME["wave"], BY_NAME["wave"].topic(metric=metric)) for metric in ONE_OF_EACH_UNIT),
]


def is_integer(_checker: object, value: object) -> bool:
    """Say what the contract calls an integer: written without fraction and exponent."""
    return isinstance(value, int) and not isinstance(value, bool)


# jsonschema is the independent judge; 1.0 is the one thing on which we read the draft more strictly.
Judge = jsonschema.validators.extend(
    jsonschema.Draft7Validator,
    type_checker=jsonschema.Draft7Validator.TYPE_CHECKER.redefine("integer", is_integer),
)


def schema_at(channel: Channel, topic: str) -> dict[str, Any]:
    """Read the published schema of the messages on ``topic``."""
    path = PLACE / "schemas" / f"{NAMES[channel.message]}.json"
    whole: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if channel.name != "wave":
        return whole
    metric = topic.rsplit("/", 1)[1]
    unit = whole["definitions"][metric]["allOf"][1]["properties"]["u"]
    return whole | {"properties": whole["properties"] | {"u": {"enum": [unit["const"]]}}}


@pytest.mark.parametrize("examples", [10, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("channel", "topic"), KINDS, ids=lambda x: x if isinstance(x, str) else x.name)
def test_an_independent_validator_agrees_on_every_kind_of_message(
    channel: Channel, topic: str, examples: int
) -> None:
    """What the schema allows is accepted, what it forbids is rejected, near the border and far from it."""
    schema = schema_at(channel, topic)
    judge = Judge(schema)
    proper = valid(schema, schema)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)
    @given(proper | proper.flatmap(mutated) | proper.flatmap(mutated).flatmap(mutated) | ANYTHING)
    def agree(value: Any) -> None:  # noqa: ANN401 -- any JSON
        said = decode(topic, json.dumps(value).encode())
        assert judge.is_valid(value) == isinstance(said, Accepted), said

    agree()


@pytest.mark.parametrize(("channel", "topic"), KINDS, ids=lambda x: x if isinstance(x, str) else x.name)
def test_schemas_are_schemas(channel: Channel, topic: str) -> None:
    """Each is valid by the draft's own schema."""
    jsonschema.Draft7Validator.check_schema(schema_at(channel, topic))


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda c: c.name)
def test_examples_are_accepted(channel: Channel) -> None:
    """What the reference shows can be sent as it stands."""
    body = json.dumps(BODIES[NAMES[channel.message]]).encode()
    assert isinstance(decode(channel.topic(), body), Accepted)


@given(st.sampled_from(CHANNELS), st.from_regex(r"\A[a-z0-9-]{1,32}\Z"))
def test_every_topic_belongs_to_its_channel(channel: Channel, name: str) -> None:
    """Whatever the names, topic and channel find each other."""
    levels = dict.fromkeys(("site", "session", "subject", "device", "id"), name)
    place = topics.parse(channel.topic(**levels))
    assert place is not None
    assert channel_of(place) is channel


def test_a_ward_says_what_the_contract_says() -> None:
    """Every message of a run is valid, delivered as its channel is, and the runner's to write."""
    bus = MemoryBus()
    play(loaded_or_raise(library.text("first-look")), bus, seed=1, seconds=65, waves=True)
    seen = set()
    for _, out in bus.sent:
        place = topics.parse(out.topic)
        assert place is not None
        channel = channel_of(place)
        seen.add(channel.name)
        assert (out.qos, out.retain, out.expiry_s) == (channel.qos, channel.retain, channel.expiry_s)
        assert isinstance(decode(out.topic, out.payload), Accepted)
        assert may("runner", "write", out.topic, site=SITE)
    assert seen >= {"num", "wave", "status", "meta", "person", "obs", "truth-state", "truth-phase"}


# --- AsyncAPI ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Read the published document."""
    return dict(YAML(typ="safe").load(PLACE / "asyncapi.yaml"))


def references(node: Any) -> Iterator[str]:  # noqa: ANN401 -- any JSON
    """Give every ``$ref`` in ``node``."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from references(item)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """Within the document, and to the schemas beside it."""
    for reference in references({k: v for k, v in document.items() if k != "examples"}):
        if reference.startswith("#/"):
            node = document
            for step in reference[2:].split("/"):
                node = node[step]
        else:
            assert (PLACE / reference).is_file()


def test_channels_have_the_parameters_of_their_addresses(document: dict[str, Any]) -> None:
    """AsyncAPI 3: every ``{name}`` of an address is a parameter, and no other is."""
    assert document["asyncapi"] == "3.0.0"
    for channel in document["channels"].values():
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel.get("parameters", {}))


def test_operations_speak_of_their_own_channels_messages(document: dict[str, Any]) -> None:
    """AsyncAPI 3: an operation's messages are references into its channel."""
    operations = document["operations"]
    assert len(operations) == 2 * len(CHANNELS)
    for operation in operations.values():
        assert operation["action"] in {"send", "receive"}
        assert operation["tags"], "some role does it"
        for message in operation["messages"]:
            assert message["$ref"].startswith(operation["channel"]["$ref"] + "/messages/")
        if "reply" in operation:
            assert re.match(
                r"^\$message\.(header|payload)#(/.*)?$", operation["reply"]["address"]["location"]
            )
