"""What Node-RED and Home Assistant are told to read and to say, on real messages."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import jinja2
import pytest
from ruamel.yaml import YAML

from broker import topics
from broker.codec import Accepted, decode
from broker.examples import BODIES
from broker.security import may

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "how-to" / "node-red-home-assistant.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SENSORS: Final[dict[str, Any]] = YAML(typ="safe").load(BLOCKS[0])
AUTOMATION: Final[dict[str, Any]] = YAML(typ="safe").load(BLOCKS[1])
ENTITIES: Final = [(kind, entity) for kind, found in SENSORS["mqtt"].items() for entity in found]
FLOW: Final[list[dict[str, Any]]] = json.loads((ROOT / "deploy/node-red/flow.json").read_text("utf-8"))
NODES: Final = {node["id"]: node for node in FLOW}
FUNCTIONS: Final = {node["name"]: node["func"] for node in FLOW if node["type"] == "function"}

# The configuration variables of Home Assistant's MQTT sensors, from its documentation.
KEYS: Final = {
    "availability_template", "availability_topic", "device_class", "expire_after", "json_attributes_template",
    "json_attributes_topic", "name", "payload_off", "payload_on", "qos", "state_class", "state_topic",
    "suggested_display_precision", "unique_id", "unit_of_measurement", "value_template",
}  # fmt: skip


def rendered(template: str, payload: object, **more: object) -> str:
    """Render a template as Home Assistant does for a payload."""
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 -- as there; it makes no HTML
    return (
        environment.from_string(template)
        .render(value_json=payload, value=json.dumps(payload), **more)
        .strip()
    )


def kind_of(topic: str) -> str:
    """Return what a topic of ours carries; a filter is tried with names in the place of ``+``."""
    place = topics.parse(topic.replace("/alarm/+", "/alarm/spo2-low").replace("+", "bed09"))
    assert place is not None, topic
    assert may("observer", "read", topic.replace("+", "bed09"), site="home"), "a reader could not read it"
    return place.kind


# --- Home Assistant ------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "entity"), ENTITIES, ids=lambda found: str(found)[:13])
def test_entities_have_keys_that_exist_and_topics_of_ours(kind: str, entity: dict[str, Any]) -> None:
    """And an id of their own."""
    assert kind in {"sensor", "binary_sensor"}
    assert set(entity) <= KEYS
    for key in ("state_topic", "json_attributes_topic", "availability_topic"):
        assert key not in entity or kind_of(entity[key]) in {"num", "score", "alarm", "status"}
    assert len({e["unique_id"] for _, e in ENTITIES}) == len(ENTITIES)


def test_templates_say_what_the_messages_say() -> None:
    """On the reference's own examples, and where a value is missing or doubtful."""
    saturation, news2, low = (entity for _, entity in ENTITIES)
    number = saturation["value_template"]
    assert rendered(number, BODIES["num"]) == "97"
    for reading in ({"v": None, "u": "%", "q": "Inv"}, {"v": 80, "u": "%", "q": "Qst"}):
        assert rendered(number, {"v": 1, "m": {"spo2": reading}}) == "None"
    assert rendered(number, {"v": 1, "m": {"pr": {"v": 71, "u": "/min"}}}) == "None"
    assert rendered(saturation["availability_template"], BODIES["status"]) == "online"
    assert rendered(news2["value_template"], BODIES["score"]) == "3"
    attributes = json.loads(rendered(news2["json_attributes_template"], BODIES["score"]))
    assert attributes == {"risk": "unknown", "missing": ["temp"]}
    assert rendered(low["value_template"], BODIES["alarm"]) == low["payload_on"]
    assert rendered(low["value_template"], BODIES["alarm"] | {"presence": "Off"}) == low["payload_off"]


def test_the_automation_says_what_the_ward_reads() -> None:
    """As a sensor that has a user of its own."""
    (automation,) = AUTOMATION["automation"]
    assert set(automation) == {"alias", "triggers", "actions"}
    (action,) = automation["actions"]
    data = action["data"]
    assert (action["action"], set(data)) == ("mqtt.publish", {"topic", "qos", "payload"})
    said = rendered(data["payload"], None, states=lambda _: "37.2")
    assert isinstance(decode(data["topic"], said.encode()), Accepted)
    assert may(
        "device", "write", data["topic"], site="home", session="live", device=("bed09", "ha-thermometer")
    )


# --- Node-RED ------------------------------------------------------------------------------------


def test_the_flow_hangs_together() -> None:
    """Every wire leads to a node, every node to the broker and the tab that are there."""
    for node in FLOW:
        assert all(end in NODES for wire in node.get("wires", []) for end in wire)
        assert node.get("z") in {None, "7e1e3a0000000001"}
        assert node.get("broker") in {None, "127.0.0.1"} or NODES[node["broker"]]["type"] == "mqtt-broker"
    assert {kind_of(n["topic"]) for n in FLOW if n["type"] == "mqtt in"} == {"num", "alarm"}


def function(name: str, message: dict[str, Any]) -> Any:  # noqa: ANN401 -- any JSON
    """Run a function node's body in Node.js and return what it passes on."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on PATH")
    program = f"console.log(JSON.stringify((function (msg) {{{FUNCTIONS[name]}}})({json.dumps(message)})))"
    done = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_values_become_a_message_each() -> None:
    """Valid ones only."""
    topic = topics.device("home", "live", "bed09", "my-oximeter", "num")
    readings = BODIES["num"]["m"] | {"rr": {"v": None, "u": "/min", "q": "Inv"}}
    (rows,) = function("a message a value", {"topic": topic, "payload": {"v": 1, "m": readings}})
    assert [(r["payload"], r["topic"], r["unit"], r["device"]) for r in rows] == [
        (97, "bed09 spo2", "%", "my-oximeter"),
        (71, "bed09 pr", "/min", "my-oximeter"),
    ]


def test_alarms_that_are_on_become_a_text() -> None:
    """Not one that has ended or was taken back."""
    topic = topics.alarm("home", "live", "bed09", "spo2-low")
    said = function("those that are on", {"topic": topic, "payload": BODIES["alarm"]})
    assert (said["payload"], said["priority"]) == ("bed09: SpO2 low", "Me")
    for payload in (BODIES["alarm"] | {"presence": "Off"}, ""):
        assert function("those that are on", {"topic": topic, "payload": payload}) is None


def test_the_flow_is_a_sensor_that_the_ward_reads() -> None:
    """A number from anywhere becomes a valid message."""
    said = function("as a sensor says it", {"payload": 37.2})
    got = decode(said["topic"], said["payload"].encode())
    assert isinstance(got, Accepted)
    assert may("device", "write", said["topic"], site="home", session="live", device=("bed09", "room-sensor"))
