"""What is particular to the InfluxDB store: its text, its address, its rights, its set-up."""

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from influxdb_client.client.influxdb_client import InfluxDBClient
from typer.testing import CliRunner

from broker.store import open_store
from broker.store.influx import InfluxStore
from broker.store.influx_address import InfluxAddress
from broker.store.influx_lines import LAST_T, observations, said, tag, text
from broker.store.influx_server import Server
from broker.store.influx_setup import Admin, keep, setup
from broker.store.protocol import Batch, Entry, Observation, Store, StoreFormatError, StoreUnavailableError
from teleward.cli import app
from tests.real_influx import Influx, RealInflux, address, fresh, influxd

HR = Observation("s-1", "bed01", "patch", "hr", 1_768_469_400_000, "ab", 1, 72.0, "/min", received=1)
URL = "influx://127.0.0.1:1/ward?org=o"
words = st.text(st.characters(codec="utf-8"), max_size=60)
names = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" ,="),
    min_size=1,
    max_size=20,
).filter(lambda name: "\\" not in name and name.isprintable())


@pytest.fixture
def influx(influx_server: Influx, monkeypatch: pytest.MonkeyPatch) -> InfluxStore:
    """Give an empty store on a real server."""
    url, tokens = fresh(influx_server)
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", tokens["station"])
    store = open_store(url)
    assert isinstance(store, InfluxStore)
    return store


# --- text ----------------------------------------------------------------------------------------


@given(words)
def test_no_text_leaves_its_quotes(value: str) -> None:
    """Whatever is said, the field ends where we end it, and no line breaks."""
    field = text(value)
    inside = field[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inside
    assert not inside.endswith("\\")
    assert "\n" not in field


@given(st.binary(max_size=60))
def test_any_bytes_are_read_again(value: bytes) -> None:
    """What ``text`` writes ``said`` reads, once the server has taken the escapes away."""
    field = text(value)[1:-1].replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\")
    assert said(field) == value


@pytest.mark.parametrize("name", ["a\\", "a\nb", "\t", "a\\,b"])
def test_a_name_that_line_protocol_cannot_say_is_refused(name: str) -> None:
    """Rather an error here than another series there."""
    with pytest.raises(ValueError, match="no name for InfluxDB"):
        tag(name)


@given(st.integers(0, 2**32 - 1), st.integers(1, 999_999))
def test_two_messages_of_one_millisecond_have_times_of_their_own(seq: int, further: int) -> None:
    """And both lie in that millisecond."""
    both = observations([replace(HR, seq=n) for n in (seq, seq + further)])
    one, other = (int(line.rpartition(" ")[2]) for _, line in both)
    assert one != other
    assert one // 1_000_000 == other // 1_000_000 == HR.t


@pytest.mark.influx
@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(why=words, device=names, mode=names, name=names, body=st.binary(max_size=80))
def test_whatever_is_said_comes_back_from_the_server(
    influx: InfluxStore, why: str, device: str, mode: str, name: str, body: bytes
) -> None:
    """Tags and fields survive line protocol, storage, CSV, and stand as parameters in Flux."""
    session = f"s-{abs(hash((why, device, mode, name, body))):x}"
    o = replace(HR, session=session, why=why, device=device, mode=mode, subject=name)
    e = Entry(session, name, "status", device, HR.t, why or "x", body)
    influx.append(Batch([o], entries=[e]))
    assert influx.observations(session, name, "hr", HR.t, HR.t + 1) == [o]
    assert influx.entries(session, kinds=["status"], subject=name) == [e]


@pytest.mark.influx
@pytest.mark.slow
@pytest.mark.parametrize(
    "evil", ['s-1" or true or r.session == "', '"}) |> drop()', "s-1\\", "${p_bucket}", "p_session", "s-1'--"]
)
def test_no_question_becomes_flux(influx: InfluxStore, evil: str) -> None:
    """A name with quotes and code in it finds nothing, and changes nothing."""
    influx.append(Batch([HR]))
    assert influx.latest(evil) == []
    assert influx.observations("s-1", evil, "hr", 0, LAST_T) == []
    assert influx.entries("s-1", kinds=[evil]) == []
    assert influx.document(evil) is None
    if evil != "p_session":  # which a session might be called
        with pytest.raises(ValueError, match="no session's name"):
            influx.delete_session(evil)
    assert influx.latest("s-1") == [HR]


# --- times ---------------------------------------------------------------------------------------


@pytest.mark.influx
@pytest.mark.slow
def test_an_impossible_time_costs_itself_alone(influx: InfluxStore) -> None:
    """A sensor that claims the year 200,000 is counted as refused; what came with it is kept."""
    influx.append(Batch([HR, replace(HR, t=2**53 - 1), replace(HR, t=LAST_T, seq=2)]))
    assert influx.refused == 1
    assert [o.t for o in influx.observations("s-1", "bed01", "hr", 0, 2**53)] == [HR.t, LAST_T]


@pytest.mark.influx
@pytest.mark.slow
def test_an_impossible_name_costs_itself_alone(influx: InfluxStore) -> None:
    """No topic can carry one; should it come some other way, the batch goes on."""
    strange = [replace(HR, subject="bed\n01"), replace(HR, device="a\\", seq=2)]
    influx.append(Batch([*strange, HR], entries=[Entry("s-1", "bed01", "flag", "\t", HR.t, "f-1", b"{}")]))
    assert influx.refused == 3
    assert influx.usage().observations == 1
    assert influx.latest("s-1") == [HR]


@pytest.mark.influx
@pytest.mark.slow
def test_many_acts_at_once_are_each_taken_once(influx: InfluxStore) -> None:
    """A spool may give back a whole shift's acts in one batch, again and again."""
    acts = [Entry("s-1", "bed01", "flag", "", HR.t + n, f"f-{n}", b"{}", received=1) for n in range(180)]
    influx.append(Batch(entries=acts[:130]))
    influx.append(Batch(entries=[replace(e, t=e.t + 5) for e in acts[:130]] + acts[130:]))
    assert influx.entries("s-1", kinds=["flag"]) == acts


@pytest.mark.influx
@pytest.mark.slow
def test_the_live_bucket_keeps_as_long_as_set_up(
    influx_server: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real sensors' data expire in the server; simulated sessions, which play in any year, do not."""
    url, tokens = fresh(influx_server, live_age_s=3 * 86_400)
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", tokens["station"])
    store = open_store(url)
    assert isinstance(store, InfluxStore)
    old = replace(HR, session="live", t=1_000_000_000_000)
    store.append(Batch([old, replace(old, session="s-1"), replace(old, t=LAST_T, seq=2)]))
    assert store.refused == 1
    assert [o.t for o in store.observations("live", "bed01", "hr", 0, LAST_T + 1)] == [LAST_T]
    assert store.latest("s-1") == [replace(old, session="s-1")]
    with InfluxDBClient(influx_server.url, influx_server.token, org="teleward-tests") as client:
        bucket = client.buckets_api().find_bucket_by_name(InfluxAddress.parse(url).live)
    assert [rule.every_seconds for rule in bucket.retention_rules] == [3 * 86_400]


# --- address and rights --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "environ", "wrong"),
    [
        ("influx://h:8086/ward?org=o", {}, "needs a token in TELEWARD_INFLUX_TOKEN"),
        ("influx://h:8086/ward?org=o", {"TELEWARD_INFLUX_TOKEN_FILE": "/no/such"}, "No such file"),
        ("influx://h:8086/ward", {"TELEWARD_INFLUX_TOKEN": "t"}, "names host, bucket and org"),
        ("influx://h:8086/?org=o", {"TELEWARD_INFLUX_TOKEN": "t"}, "names host, bucket and org"),
        ("influx://u:p@h/ward?org=o", {"TELEWARD_INFLUX_TOKEN": "t"}, "carries no user"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(url: str, environ: dict[str, str], wrong: str) -> None:
    """Each mistake has its own words."""
    with pytest.raises(ValueError, match=wrong):
        InfluxAddress.parse(url, environ)


def test_an_address_is_read_whole(tmp_path: Path) -> None:
    """Host, port, organisation, buckets, token; the token does not show."""
    (tmp_path / "token").write_text("secret\n")
    found = InfluxAddress.parse(
        "influxs://[::1]/ward?org=a%20b", {"TELEWARD_INFLUX_TOKEN_FILE": str(tmp_path / "token")}
    )
    assert (found.url, found.org, found.token) == ("https://[::1]:8086", "a b", "secret")
    assert (found.sessions, found.live, found.records) == ("ward", "ward_live", "ward_records")
    assert (found.of("s-1"), found.of("live")) == ("ward", "ward_live")
    assert "secret" not in repr(found)


@pytest.mark.slow
def test_a_server_that_is_not_there_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening needs no server; writing and asking say that it is away."""
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", "t")
    store = open_store(URL)
    for call in (lambda: store.append(Batch([HR])), lambda: store.latest("s-1"), store.sessions):
        with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1:1"):
            call()


@pytest.mark.influx
@pytest.mark.slow
def test_each_part_may_do_its_own_and_no_more(influx_server: Influx, monkeypatch: pytest.MonkeyPatch) -> None:
    """Station writes all, simulate documents, dashboard nothing; all may read; a stranger nothing."""
    url, tokens = fresh(influx_server)
    stores: dict[str, Store] = {}
    for part, token in {**tokens, "stranger": "x"}.items():
        monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", token)
        stores[part] = open_store(url)
    stores["station"].append(Batch([HR]))
    stores["simulate"].put_document("score/s-1", b"{}")
    for part in ("station", "simulate", "dashboard"):
        assert stores[part].latest("s-1") == [HR]
        assert stores[part].document("score/s-1") == b"{}"
    forbidden: list[Callable[[], object]] = [
        lambda: stores["simulate"].append(Batch([HR])),
        lambda: stores["simulate"].delete_session("s-1"),
        lambda: stores["dashboard"].append(Batch([HR])),
        lambda: stores["dashboard"].put_document("x", b""),
        lambda: stores["dashboard"].delete_session("s-1"),
        lambda: stores["stranger"].latest("s-1"),
        lambda: stores["stranger"].append(Batch([HR])),
    ]
    for call in forbidden:
        with pytest.raises(StoreUnavailableError, match="no right"):
            call()
    assert stores["station"].usage().observations == 1


@pytest.mark.influx
@pytest.mark.slow
def test_a_token_opens_no_other_ward(influx_server: Influx, monkeypatch: pytest.MonkeyPatch) -> None:
    """The buckets of another store on the same server stay closed."""
    url, _ = fresh(influx_server)
    _, others = fresh(influx_server)
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", others["station"])
    store = open_store(url)
    with pytest.raises(StoreUnavailableError):
        store.append(Batch([HR]))
    with pytest.raises(StoreUnavailableError):
        store.latest("s-1")


@pytest.mark.influx
@pytest.mark.slow
def test_buckets_that_were_never_made_are_named(
    influx_server: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to do."""
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", influx_server.token)
    store = open_store(address(influx_server, "never-made"))
    with pytest.raises(StoreUnavailableError, match=r"not found.*teleward influx setup"):
        store.append(Batch([HR]))


@pytest.mark.influx
@pytest.mark.slow
def test_a_bucket_of_another_program_is_told(influx_server: Influx, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where fields of our names have other types, we do not go on trying."""
    url, _ = fresh(influx_server)
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", influx_server.token)
    place = InfluxAddress.parse(url)
    Server(place).write(place.sessions, [f'num hr="a text" {HR.t}000000'])
    with pytest.raises(StoreFormatError, match="another program"):
        open_store(url).append(Batch([HR]))


# --- set-up --------------------------------------------------------------------------------------


@pytest.mark.influx
@pytest.mark.slow
def test_setting_up_twice_replaces_tokens_and_keeps_data(
    influx_server: Influx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old tokens stop working, the data stay."""
    url, first = fresh(influx_server)
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", first["station"])
    old = open_store(url)
    old.append(Batch([HR]))
    second = setup(url, Admin(influx_server.token))
    with pytest.raises(StoreUnavailableError, match="no right"):
        old.append(Batch([HR]))
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", second["dashboard"])
    assert open_store(url, readonly=True).latest("s-1") == [HR]


@pytest.mark.influx
@pytest.mark.slow
def test_a_new_server_gets_its_first_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """One command makes user, organisation, buckets and tokens; without a name and password it says so."""
    command = influxd()
    if command is None:
        pytest.skip("needs an influxd of its own on PATH")
    server = RealInflux(command)
    try:
        url = address(server, "ward")
        with pytest.raises(ValueError, match="is new: its first user"):
            setup(url, Admin())
        tokens = setup(url, Admin(user="root", password="a-long-password"))  # noqa: S106 -- of a server that ends below
        monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", tokens["station"])
        store = open_store(url)
        store.append(Batch([HR]))
        assert store.latest("s-1") == [HR]
        with pytest.raises(ValueError, match="is set up already"):
            setup(url, Admin(user="root", password="a-long-password"))  # noqa: S106 -- likewise
    finally:
        server.stop()


@pytest.mark.influx
@pytest.mark.slow
def test_a_wrong_operator_is_refused(influx_server: Influx) -> None:
    """With the server's own words."""
    with pytest.raises(ValueError, match="unauthorized"):
        setup(address(influx_server, "ward"), Admin("not-the-token"))


def test_tokens_are_kept_where_only_their_owner_reads(tmp_path: Path) -> None:
    """Also where a readable file stood before."""
    (tmp_path / "influx-station.token").write_text("old")
    paths = keep({"station": "t-1", "dashboard": "t-2"}, tmp_path)
    assert paths["station"].read_text().strip() == "t-1"
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths.values()} == {0o600}


def test_secrets_come_from_the_environment_or_files(tmp_path: Path) -> None:
    """Never from a command line."""
    (tmp_path / "pw").write_text("from-file\n")
    admin = Admin.of(
        {"TELEWARD_INFLUX_ADMIN_USER": "root", "TELEWARD_INFLUX_ADMIN_PASSWORD_FILE": str(tmp_path / "pw")}
    )
    assert admin == Admin("", "root", "from-file")
    assert "from-file" not in repr(admin)


@pytest.mark.influx
@pytest.mark.slow
def test_the_command_makes_a_store_that_works(
    influx_server: Influx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it prints is what the parts need; no token shows."""
    monkeypatch.setenv("TELEWARD_INFLUX_ADMIN_TOKEN", influx_server.token)
    url = address(influx_server, "by-command")
    result = CliRunner().invoke(app, ["influx", "setup", url, "--tokens", str(tmp_path)])
    assert result.exit_code == 0, result.output
    paths = dict(line.split(None, 1) for line in result.output.splitlines())
    name, _, path = paths["station"].partition("=")
    assert Path(path).read_text().strip() not in result.output
    monkeypatch.setenv(name, path)
    store = open_store(url)
    store.append(Batch([HR]))
    assert store.latest("s-1") == [HR]


def test_the_command_says_what_is_wrong() -> None:
    """And ends with 2."""
    result = CliRunner().invoke(app, ["influx", "setup", "influx://127.0.0.1/ward"])
    assert (result.exit_code, "names host, bucket and org" in result.output) == (2, True)
