"""Questions to InfluxDB."""

import base64
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from broker.messages import SessionRecord
from broker.store import influx_flux as flux
from broker.store import influx_lines as lines
from broker.store import influx_rows as rows
from broker.store.influx_address import InfluxAddress
from broker.store.influx_latest import latest_of
from broker.store.influx_server import Server
from broker.store.protocol import Entry, Observation, Series, StoreUnavailableError, WaveBlock

_decode_record: Final = msgspec.json.Decoder(SessionRecord).decode

_LOOKS: Final = 5
Order = tuple[int, int, int]
Place = tuple[str, str, str, bool]


class Reader:
    """The reading half of a ``Store``; see the protocol for what each call promises."""

    def __init__(self, address: InfluxAddress, server: Server) -> None:
        self._address = address
        self._server = server

    def latest(self, session: str) -> list[Observation]:
        """Return the newest observation of each subject, device and metric."""
        for _ in range(_LOOKS):
            found = latest_of(self._server, self._address.of(session), session)
            if found is not None:
                return found
        raise StoreUnavailableError("InfluxDB is busy writing what was asked for")

    def observations(
        self, session: str, subject: str, metric: str, start: int, end: int
    ) -> list[Observation]:
        """Return what was observed of a metric with ``start <= t < end``."""
        bucket, fields = self._address.of(session), lines.fields_of(metric)
        place: dict[str, Any] = {"session": session, "subject": subject, **fields}
        asked = self._server.ask(bucket, flux.DEVICES, start, end, **place)
        devices = sorted({row["device"] for row in asked})
        if not devices:
            return []
        place |= {f"device{k}": device for k, device in enumerate(devices)}
        asked = self._server.ask(bucket, flux.observations(len(devices)), start, end, **place)
        return sorted(filter(None, (rows.observation(metric, row, row) for row in asked)), key=_place)

    def series(self, session: str, subject: str, metric: str, start: int, end: int, points: int) -> Series:
        """Return valid values in at most ``points`` buckets."""
        width = max(1, -(-(end - start) // max(1, points)))
        every = min(width, lines.LAST_T)
        asked = self._server.ask(
            self._address.of(session), flux.SERIES, start, end, session=session, subject=subject,
            value=metric, every=every * lines.NS_A_MS, offset=start % every * lines.NS_A_MS,
        )  # fmt: skip
        return rows.series(asked, width)

    def waves(self, session: str, subject: str, metric: str, start: int, end: int) -> list[WaveBlock]:
        """Return blocks that begin in ``start <= t < end``."""
        asked = self._server.ask(
            self._address.of(session), flux.WAVES, start, end, session=session, subject=subject, metric=metric
        )
        return sorted(
            map(rows.wave, filter(rows.whole, rows.points(asked))),
            key=lambda w: (w.t, w.device, w.boot, w.seq),
        )

    def entries(
        self,
        session: str,
        *,
        kinds: Sequence[str],
        subject: str | None = None,
        start: int = 0,
        end: int = 2**53,
        truth: bool = False,
        newest: int | None = None,
    ) -> list[Entry]:
        """Return entries of ``kinds``, oldest first; truth only when asked."""
        if not kinds or newest == 0:
            return []
        bucket, one = self._address.of(session), subject is not None
        parameters: dict[str, Any] = {"session": session, **flux.kind_parameters(kinds)}
        if subject is not None:
            parameters["subject"] = subject
        if newest is not None:
            question = flux.newest_times(kinds, truth=truth, subject=one)
            asked = self._server.ask(bucket, question, start, end, newest=newest, **parameters)
            times = [rows.milliseconds(row["_time"]) for row in asked]
            start = min(times, default=end)
        question = flux.entries(kinds, truth=truth, subject=one)
        asked = self._server.ask(bucket, question, start, end, **parameters)
        found = [e for _, e in sorted(map(rows.entry, filter(rows.whole, rows.points(asked))), key=_order)]
        return found if newest is None else found[-newest:]

    def latest_entries(self, session: str, *, kinds: Sequence[str], truth: bool = False) -> list[Entry]:
        """Return the newest entry of each subject, kind and name."""
        if not kinds:
            return []
        parameters: dict[str, Any] = {"session": session, **flux.kind_parameters(kinds)}
        question = flux.latest_entries(kinds, truth=truth)
        asked = self._server.ask(self._address.of(session), question, **parameters)
        newest: dict[Place, tuple[Order, Entry]] = {}
        ties: list[tuple[Place, int]] = []
        for point in filter(rows.whole, rows.points(asked)):
            if point[0]["_measurement"] == lines.TIE:
                ties.append((rows.place(point), rows.milliseconds(point[0]["_time"])))
            else:
                found = rows.entry(point)
                old = newest.get(rows.place(point), found)
                newest[rows.place(point)] = max(old, found, key=_order)
        for place, t in ties:
            if place in newest and newest[place][1].t == t:
                newest[place] = ((0, 0, 0), self._last_of(newest[place][1]))
        return [newest[place][1] for place in sorted(newest)]

    def _last_of(self, tied: Entry) -> Entry:
        """Return the last entry of those that share ``tied``'s place and millisecond."""
        found = self.entries(
            tied.session,
            kinds=[tied.kind],
            subject=tied.subject,
            start=tied.t,
            end=tied.t + 1,
            truth=tied.truth,
        )
        return [e for e in found if (e.name, e.truth) == (tied.name, tied.truth)][-1]

    def sessions(self) -> list[SessionRecord]:
        """Return every session's record, newest first."""
        asked = rows.points(self._server.ask(self._address.records, flux.RECORDS))
        return sorted(map(_record, asked), key=lambda r: (-r.created, r.session))

    def session(self, session: str) -> SessionRecord | None:
        """Return one session's record."""
        asked = self._server.ask(self._address.records, flux.RECORD, session=session)
        return next(map(_record, rows.points(asked)), None)

    def document(self, key: str) -> bytes | None:
        """Return the document under ``key``."""
        asked = self._server.ask(self._address.records, flux.DOCUMENT, key=lines.named(key))
        bodies = (lines.long_said("b", fields) for _, fields in rows.points(asked))
        return next((base64.b64decode(body) for body in bodies), None)

    def documents(self, prefix: str) -> list[str]:
        """Return the keys that begin with ``prefix``."""
        asked = self._server.ask(self._address.records, flux.DOCUMENTS)
        keys = (lines.said(row["_value"]).decode() for row in asked)
        return sorted(key for key in keys if key.startswith(prefix))


def _record(point: rows.Point) -> SessionRecord:
    return _decode_record(lines.long_said("b", point[1]))


def _place(record: Observation | WaveBlock) -> tuple[int, str, str, int]:
    return record.t, record.device, record.boot, record.seq


def _order(found: tuple[Order, Entry]) -> Order:
    return found[0]
