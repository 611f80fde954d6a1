"""The broker that ``teleward up`` starts: the embedded one, or a Mosquitto that listens to the network."""

from dataclasses import dataclass
from pathlib import Path

from broker import mosquitto
from broker.address import FOLDER, PASSWORD, PASSWORD_FILE, USER
from broker.mosquitto import Tls
from teleward.addresses import LOOPBACK, free_port, is_free, reachable
from teleward.settings import MQTT5_PORT, MQTT_PORT, MQTTS_PORT


@dataclass(frozen=True, slots=True)
class OwnBroker:
    """A broker of our own: the arguments that start it, and where it is."""

    arguments: tuple[str, ...]
    url: str
    """For our parts."""
    sensors: str
    """For sensors, as they reach it."""
    places: tuple[tuple[str, int], ...]
    """Host and port of where it listens."""
    told: tuple[str, ...]
    """What a person should know of it."""
    folder: Path | None = None
    """The folder with everybody's user and password; ``None`` where nobody needs one."""

    def environment(self) -> dict[str, str]:
        """Return what our parts must know besides its address: where each finds its own password."""
        if self.folder is None:
            return {}
        return {FOLDER: str(self.folder), USER: "", PASSWORD: "", PASSWORD_FILE: ""}

    def is_free(self) -> bool:
        """Say whether nobody listens where it should."""
        return all(is_free(host, port) for host, port in self.places)


def embedded(mqtt: int, mqtt5: int) -> OwnBroker:
    """Return the embedded broker on these ports (3.1.1 and 5) of this computer."""
    return OwnBroker(
        arguments=("broker", "--port", str(mqtt), "--port5", str(mqtt5), "--exact"),
        url=f"mqtt://{LOOPBACK}:{mqtt5}",
        sensors=f"mqtt://{LOOPBACK}:{mqtt}",
        places=((LOOPBACK, mqtt), (LOOPBACK, mqtt5)),
        told=(f"mqtt://{LOOPBACK}:{mqtt} (MQTT 3.1.1), {mqtt5} (MQTT 5)",),
    )


def on_free_ports() -> OwnBroker:
    """Return the embedded broker on the usual ports, or the next free ones."""
    plain = free_port(MQTT_PORT)
    return embedded(plain, free_port(MQTT5_PORT, taken=(plain,)))


def listening(
    data: Path,
    site: str,
    host: str,
    port: int | None = None,
    tls: Tls | None = None,
    run_as: str | None = None,
) -> OwnBroker:
    """Return a Mosquitto that listens on ``host``; its folder in ``data`` is made, who is in it stays.

    Our own parts reach it on a port of this computer. Raises ``BrokerUnavailableError`` without a
    Mosquitto 2, ``OSError`` for a certificate or folder that cannot be read or written.
    """
    mosquitto.program()
    folder = data / "mosquitto"
    outside = free_port(port or (MQTTS_PORT if tls else MQTT_PORT), host)
    inside = free_port(MQTT5_PORT, taken=(outside,))
    for file in (tls.certificate, tls.key) if tls else ():
        file.read_bytes()
    mosquitto.configure(folder, site, outside, host=host, tls=tls, run_as=run_as, inside=inside)
    sensors = f"{'mqtts' if tls else 'mqtt'}://{reachable(host)}:{outside}"
    return OwnBroker(
        arguments=("broker", "serve", str(folder)),
        url=f"mqtt://{LOOPBACK}:{inside}",
        sensors=sensors,
        places=((host, outside), (LOOPBACK, inside)),
        told=(
            f"{sensors} (MQTT 3.1.1 and 5), each with a password of its own:",
            f"teleward broker add-device {folder} bed09 my-oximeter --site {site}",
        ),
        folder=folder,
    )
