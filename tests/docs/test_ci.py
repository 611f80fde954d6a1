"""The forge's workflow calls what exists, and the audit of dependencies says what it knows."""

import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.dependency_audit import judged
from tests.real_influx import ORG

ROOT = Path(__file__).parents[2]
WORKFLOW: dict[str, Any] = YAML(typ="safe", pure=True).load(
    (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
)


def test_the_workflow_checks_and_tests_on_every_python() -> None:
    """By the Makefile's own targets, with a Mosquitto and the InfluxDB that the tests look for."""
    job = WORKFLOW["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    ran = "\n".join(step.get("run", "") for step in job["steps"])
    made = re.findall(r"^make (\w+)$", ran, re.MULTILINE)
    assert made == ["check", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in made)
    assert "mosquitto" in ran
    server = job["services"]["influxdb"]["env"]
    assert server["DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"] == job["env"]["TELEWARD_TEST_INFLUX_TOKEN"]
    assert server["DOCKER_INFLUXDB_INIT_ORG"] == ORG
    assert job["env"]["CI"] == "true"


def test_the_audit_fails_for_a_vulnerability_and_for_nothing_else() -> None:
    """Silence of the service is a note; what it found is an error that names package and cure."""
    assert judged("")[0] == 0
    assert "NOT audited" in judged("Traceback …")[1]
    clean: dict[str, Any] = {"dependencies": [{"name": "a", "version": "1", "vulns": []}]}
    assert judged(json.dumps(clean)) == (0, "dependencies audited: 1, no known vulnerability")
    clean["dependencies"][0]["vulns"] = [{"id": "PYSEC-1", "fix_versions": ["2"]}]
    status, message = judged(json.dumps(clean))
    assert status == 1
    assert "a 1: PYSEC-1, mended in 2" in message
