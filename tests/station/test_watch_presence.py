"""Lost devices, silent beds, sensors off: never mistaken for a patient's alarm, nor for quiet."""

import pytest

from broker import messages as m
from broker import topics
from tests.station.driver import BED, Driver


def ids(d: Driver) -> set[str]:
    """Return the ids of the alarms on show."""
    return set(d.shown())


@pytest.mark.parametrize("speed", [1, 60])
def test_a_silent_device_is_lost_after_missed_intervals_and_its_delay(speed: float) -> None:
    """Three missed seconds and ten of delay; while another device speaks it is one device's alarm."""
    d = Driver(speed=speed)
    for _ in range(3):
        d.stream(1, "patch", hr=80)
        d.num("oximeter", spo2=97)
    d.stream(13 if speed == 1 else 100, "oximeter", spo2=97)
    assert ids(d) == set()
    d.stream(3 if speed == 1 else 70, "oximeter", spo2=97)
    alarm = d.shown()["lost-patch"]
    assert (alarm.kind, alarm.priority, alarm.device, alarm.text) == ("Tec", "Lo", "patch", "patch lost")
    d.stream(1, "patch", hr=80)
    assert ids(d) == set()


def test_a_pause_is_no_silence() -> None:
    """While the session's clock stands, nobody is lost."""
    d = Driver()
    d.stream(3, hr=80)
    d.clock(running=False)
    d.wait(600, step_s=5)
    assert d.alarms == []
    d.clock()
    d.stream(3, hr=80)
    assert d.alarms == []


def test_a_whole_bed_that_is_silent_has_no_data() -> None:
    """One alarm for the bed takes the place of one for each device."""
    d = Driver()
    for _ in range(3):
        d.stream(1, "patch", hr=80)
        d.num("oximeter", spo2=97)
    d.wait(20)
    assert ids(d) == {"no-data"}
    assert (d.shown()["no-data"].text, d.shown()["no-data"].kind) == ("No data", "Tec")
    d.stream(1, "oximeter", spo2=97)
    assert ids(d) == {"lost-patch"}


def test_no_data_of_a_patient_at_risk_is_of_medium_priority() -> None:
    """After a NEWS2 of five or more silence is worth a prompt look."""
    quiet, ill = Driver(), Driver()
    quiet.full(3)
    ill.full(3, rr=22, hr=112, temp=38.5)
    for d in (quiet, ill):
        d.wait(200, step_s=1)
    assert quiet.shown()["no-data"].priority == "Lo"
    assert ill.shown()["no-data"].priority == "Me"


def test_offline_is_believed_after_five_seconds() -> None:
    """A device that comes back at once was never lost."""
    d = Driver()
    d.status("online")
    d.stream(1, "oximeter", spo2=97)
    d.status("offline")
    for _ in range(4):
        d.stream(1, "oximeter", spo2=97)
    d.status("online")
    d.stream(5, "oximeter", spo2=97)
    assert d.alarms == []
    d.status("offline")
    d.stream(6, "oximeter", spo2=97)
    assert ids(d) == {"lost-patch"}


def test_a_cuff_that_rests_is_not_lost() -> None:
    """A device that speaks now and then is silent by nature."""
    d = Driver()
    d.meta("cuff", metrics={"nibp_sys": m.MetricInfo(u="mm[Hg]", avail="Intr", period_ms=900_000)})
    d.num("cuff", nibp_sys=120)
    for _ in range(30):
        d.stream(20, "oximeter", spo2=97)
    assert d.alarms == []


def test_a_device_says_itself_how_often_it_speaks() -> None:
    """With a period of 30 s in its description, half a minute of silence is nothing."""
    d = Driver()
    d.meta("slow", label="Slow oximeter", metrics={"spo2": m.MetricInfo(u="%", period_ms=30_000)})
    d.num("slow", spo2=97)
    d.wait(95)
    assert d.alarms == []
    d.num("slow", spo2=97)
    d.num("patch", hr=80)
    for _ in range(102):
        d.stream(1, "patch", hr=80)
    assert d.shown()["lost-slow"].text == "Slow oximeter lost"


def test_a_sensor_that_is_off_is_named() -> None:
    """Ten seconds of lead-off make a technical alarm that ends when the lead is on."""
    d = Driver()
    d.stream(2, hr=80)
    for _ in range(9):
        d.wall += 1000
        d.num(q="Inv", why="lead-off", hr=None)
        d.tick()
    assert d.alarms == []
    for _ in range(3):
        d.wall += 1000
        d.num(q="Inv", why="lead-off", hr=None)
        d.tick()
    assert (d.shown()["off-patch"].text, d.shown()["off-patch"].kind) == ("Lead off", "Tec")
    d.stream(1, hr=80)
    assert d.alarms[-1][1] is None


def test_an_event_says_it_in_the_devices_words() -> None:
    """RA lead off says more than lead off."""
    d = Driver()
    d.evt("lead-off", text="RA lead off")
    d.stream(12, hr=80)
    assert d.shown()["off-patch"].text == "RA lead off"
    d.evt("lead-off", on=False)
    d.stream(1, hr=80)
    assert ids(d) == set()


def test_a_flat_battery_is_told() -> None:
    """At ten per cent and below, by the device's own description."""
    d = Driver()
    d.meta("patch", label="ECG patch", battery=8)
    d.stream(1, hr=80)
    assert d.shown()["battery-patch"].text == "ECG patch battery 8 %"
    d.meta("patch", label="ECG patch", battery=80)
    d.stream(1, hr=80)
    assert ids(d) == set()


def test_the_loss_of_a_gateway_makes_its_devices_unreachable() -> None:
    """Devices that speak through it are gone with it, though they said nothing themselves."""
    d = Driver()
    d.meta("gw", bed="ward", kind="gateway")
    d.status("online", "gw", bed="ward")
    d.meta("patch", via="gw", metrics={"hr": m.MetricInfo(u="/min", period_ms=60_000)})
    d.stream(2, hr=80)
    d.status("offline", "gw", bed="ward")
    d.wait(7)
    assert ids(d) == {"no-data"}
    assert set(d.shown(bed="ward")) == {"lost-gw"}
    assert not [t for t in d.retained if t.endswith("ward/_watch/score")]


def test_a_retired_device_is_forgotten() -> None:
    """A cleared status means that the device is no more, not that it is lost."""
    d = Driver()
    d.stream(2, "patch", hr=80)
    d.stream(2, "oximeter", spo2=97)
    topic = topics.parse(topics.device("t", "s-1", BED, "patch", "status"))
    assert topic is not None
    d.watch.cleared(topic)
    d.stream(30, "oximeter", spo2=97)
    assert d.alarms == []


def test_long_names_make_short_alarm_ids() -> None:
    """An alarm's id fits its topic whatever the device is called."""
    d = Driver()
    for name in ("a" * 32, "a" * 31 + "b"):
        d.status("online", name)
        d.status("offline", name)
    d.stream(7, "oximeter", spo2=97)
    assert len(ids(d)) == 2
    assert all(topics.is_name(id_) for id_ in ids(d))


def test_a_silent_unknown_live_bed_is_forgotten_after_an_hour() -> None:
    """Whoever tried a sensor once does not leave a dead bed for ever; an announced bed stays."""
    d = Driver(session=topics.LIVE)
    d.num(spo2=97)
    d.person(bed="known")
    d.num(bed="known", spo2=97)
    d.wait(30)
    assert (ids(d), set(d.shown(bed="known"))) == ({"no-data"}, {"no-data"})
    d.wait(3600, step_s=30)
    assert (ids(d), set(d.shown(bed="known"))) == (set(), {"no-data"})
    assert not [t for t in d.retained if f"/{BED}/" in t]


def test_live_takes_64_unknown_beds_and_every_known_one() -> None:
    """The 65th unknown bed is not watched."""
    d = Driver(session=topics.LIVE)
    for i in range(70):
        d.num(bed=f"b{i}", spo2=80)
    d.person(bed="known")
    d.num(bed="known", spo2=97)
    d.tick()
    scored = {t.split("/")[4] for t in d.retained if t.endswith("score")}
    assert scored == {f"b{i}" for i in range(64)} | {"known"}
