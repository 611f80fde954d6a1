"""Where a broker is, and as whom one comes: from address, environment and files."""

from pathlib import Path

import pytest

from broker.client import Address


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("mqtt://h:1884", {}, Address("h", 1884)),
        ("h", {}, Address("h", 1883)),
        ("mqtt://[::1]:5", {}, Address("::1", 5)),
        (
            "mqtt://h",
            {"TELEWARD_MQTT_USER": "u", "TELEWARD_MQTT_PASSWORD": "p"},
            Address("h", 1883, "u", "p"),
        ),
    ],
)
def test_an_address_is_read_from_url_and_environment(
    url: str, environ: dict[str, str], expected: Address
) -> None:
    """The URL says where, the environment who."""
    assert Address.parse(url, environ) == expected


@pytest.mark.parametrize("url", ["http://h", "mqtt://", "mqtt://u:p@h", "mqtt://h:x", "mqtt://h:99999"])
def test_a_wrong_address_is_refused(url: str) -> None:
    """Passwords do not belong into a URL, and other protocols are not ours."""
    with pytest.raises(ValueError, match=r".+"):
        Address.parse(url, {})


def test_a_password_comes_from_a_file_and_is_not_shown(tmp_path: Path) -> None:
    """A secret's file is read without its line end, and no representation shows it."""
    (tmp_path / "p").write_text("secret\n")
    address = Address.parse("mqtts://h", {"TELEWARD_MQTT_PASSWORD_FILE": str(tmp_path / "p")})
    assert (address.password, address.port) == ("secret", 8883)
    assert "secret" not in repr(address)
    with pytest.raises(ValueError, match="PASSWORD_FILE"):
        Address.parse("h", {"TELEWARD_MQTT_PASSWORD_FILE": str(tmp_path / "none")})


def test_each_part_finds_its_own_user_in_a_folder(tmp_path: Path) -> None:
    """As `teleward broker configure` leaves them; a user that is named comes first."""
    (tmp_path / "secrets").mkdir()
    for role in ("station", "runner"):
        (tmp_path / "secrets" / role).write_text(f"of-{role}\n")
    environ = {"TELEWARD_MQTT_FOLDER": str(tmp_path)}
    for role in ("station", "runner"):
        assert Address.parse("h", environ, role) == Address("h", 1883, role, f"of-{role}")
    assert Address.parse("h", environ) == Address("h", 1883)
    named = environ | {"TELEWARD_MQTT_USER": "u", "TELEWARD_MQTT_PASSWORD": "p"}
    assert Address.parse("h", named, "station") == Address("h", 1883, "u", "p")
    with pytest.raises(ValueError, match=r"TELEWARD_MQTT_FOLDER cannot be read.*dashboard"):
        Address.parse("h", environ, "dashboard")
