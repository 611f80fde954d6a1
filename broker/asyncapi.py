"""The AsyncAPI 3 document of the wire, made from the channels, the roles and the catalogue."""

from typing import Any, Final

from ruamel.yaml.scalarstring import LiteralScalarString

from broker import topics
from broker.channels import CHANNELS, EXAMPLES, Channel
from broker.examples import BODIES
from broker.schema import NAMES
from broker.security import ROLES, rights
from vitals.catalogue import WAVEFORMS

Document = dict[str, Any]

BINDING: Final = "0.2.0"
_PARAMETERS: Final[dict[str, Document]] = {
    "site": {"description": "One installation.", "default": EXAMPLES["site"]},
    "session": {
        "description": "One run of one scenario; `live` is that of real sensors, its clock is wall time.",
        "examples": ["live", "s-1f00ba"],
    },
    "subject": {
        "description": "A bed, or `_session` for what concerns all of them.",
        "examples": ["bed01", "bed09"],
    },
    "device": {"description": "A device's name.", "examples": ["patch", "my-oximeter"]},
    "metric": {"description": "A waveform of the catalogue.", "enum": list(WAVEFORMS)},
    "id": {"description": "An alarm, a person, a part or a client.", "examples": ["spo2-low", "station"]},
}
_INTRODUCTION: Final = """\
Vital signs, waveforms, acts and truth of a virtual ward for training. For training only; never for
the care of a patient. A real sensor publishes in the session `live` and is a device like any other:
only `v` and `m` are needed. All names are of a-z, 0-9 and -, at most 32 long.
"""


def document() -> Document:
    """Return the document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Teleward",
            "version": f"{topics.VERSION[1:]}.0.0",  # of the wire, not of the program
            "description": LiteralScalarString(_INTRODUCTION),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "ward": {
                "host": "localhost:1884",
                "protocol": "mqtt",
                "protocolVersion": "5.0",
                "description": "The embedded broker, or a Mosquitto in its place.",
                "bindings": {"mqtt": {"maximumPacketSize": 1_048_576, "bindingVersion": BINDING}},
            },
            "sensors": {
                "host": "localhost:1883",
                "protocol": "mqtt",
                "protocolVersion": "3.1.1",
                "description": "The same ward for clients of MQTT 3.1.1.",
            },
        },
        "channels": {channel.name: _channel(channel) for channel in CHANNELS},
        "operations": dict(operation for channel in CHANNELS for operation in _operations(channel)),
        "components": {
            "parameters": _PARAMETERS,
            "messages": {NAMES[c.message]: _message(c) for c in reversed(CHANNELS)},
            "tags": {role: {"name": role} for role in ROLES},
        },
    }


def _channel(channel: Channel) -> Document:
    message = NAMES[channel.message]
    found: Document = {
        "address": channel.address,
        "summary": channel.about,
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
    }
    if parameters := [name for name in _PARAMETERS if f"{{{name}}}" in channel.address]:
        found["parameters"] = {name: {"$ref": f"#/components/parameters/{name}"} for name in parameters}
    return found


def _operations(channel: Channel) -> list[tuple[str, Document]]:
    return [
        (f"{verb}-{channel.name}", _operation(channel, verb, letter))
        for verb, letter in (("send", "w"), ("receive", "r"))
    ]


def _operation(channel: Channel, verb: str, letter: str) -> Document:
    binding: Document = {"qos": channel.qos}
    if verb == "send":
        binding["retain"] = channel.retain
        if channel.expiry_s is not None:
            binding["messageExpiryInterval"] = channel.expiry_s
    found: Document = {
        "action": verb,
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "tags": [
            {"$ref": f"#/components/tags/{role}"} for role in ROLES if letter in rights(role, channel.group)
        ],
        "messages": [{"$ref": f"#/channels/{channel.name}/messages/{NAMES[channel.message]}"}],
        "bindings": {"mqtt": {**binding, "bindingVersion": BINDING}},
    }
    if channel.replies is not None:
        found["reply"] = {
            "address": {
                "location": "$message.header#/responseTopic",
                "description": "MQTT 5's response topic; the answer has the same correlation data.",
            },
            "channel": {"$ref": f"#/channels/{channel.replies}"},
        }
    return found


def _message(channel: Channel) -> Document:
    name = NAMES[channel.message]
    found: Document = {
        "name": name,
        "contentType": "application/json",
        "payload": {"$ref": f"./schemas/{name}.json"},
        "examples": [{"payload": BODIES[name]}],
    }
    if channel.replies is not None:
        found["headers"] = {
            "type": "object",
            "description": "Properties of MQTT 5.",
            "properties": {"responseTopic": {"type": "string"}},
        }
    return found
