"""Where data rest: one protocol, SQLite by default, InfluxDB 2 for the full stack."""

from pathlib import Path

from broker.store.protocol import Store

_NO_SUCH = "no such store: {}:// (there are sqlite:///path and influx://host:port/bucket?org=name)"


def open_store(url: str, *, readonly: bool = False) -> Store:
    """Open the store at ``url``.

    ``url`` is a path or ``sqlite:///path`` (three slashes: relative; four: absolute), or
    ``influx://host:8086/bucket?org=name``. A read-only store may be opened before the file exists:
    its calls raise ``StoreUnavailableError`` until somebody has made it. Raises ``ValueError`` for
    a URL of another kind and ``StoreFormatError`` for a file that is not a store of ours.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme == "sqlite":
        from broker.store.sqlite import SqliteStore  # noqa: PLC0415 -- only the store in use is imported

        path = Path(rest.removeprefix("/") if separator else url)
        return SqliteStore(path, readonly=readonly)
    if scheme in {"influx", "influxs"}:
        from broker.store.influx import InfluxStore  # noqa: PLC0415 -- likewise
        from broker.store.influx_address import InfluxAddress  # noqa: PLC0415 -- likewise

        return InfluxStore(InfluxAddress.parse(url), readonly=readonly)
    raise ValueError(_NO_SUCH.format(scheme))


def check_url(url: str) -> None:
    """Raise ``ValueError`` where ``url`` names no store, or its token is missing; nothing is opened."""
    scheme, separator, _ = url.partition("://")
    if scheme in {"influx", "influxs"}:
        from broker.store.influx_address import InfluxAddress  # noqa: PLC0415 -- only where it is used

        InfluxAddress.parse(url)
    elif separator and scheme != "sqlite":
        raise ValueError(_NO_SUCH.format(scheme))
