"""The store in InfluxDB 2: line protocol in big blocks, Flux with parameters, three buckets.

One ``append`` is one request to each bucket concerned, which the server writes whole or not at all.
A batch that concerns two buckets may be half there when the server dies in between; the repetition
that the caller owes then completes it, since writing twice leaves one.
"""

from collections.abc import Iterator

from broker.store.influx_address import InfluxAddress
from broker.store.influx_contents import contents
from broker.store.influx_lines import document
from broker.store.influx_read import Reader
from broker.store.influx_retention import Keeper, of_document, of_session
from broker.store.influx_server import Server
from broker.store.influx_write import Writer
from broker.store.protocol import Batch, Retention, StoreUnavailableError, Usage, documents_of


class InfluxStore(Reader):
    """A ``Store`` on an InfluxDB 2 server; see the protocol for what each call promises."""

    def __init__(self, address: InfluxAddress, *, readonly: bool = False) -> None:
        super().__init__(address, Server(address))
        self._writer = Writer(address, self._server)
        self._keeper = Keeper(address, self._server)
        self._writes = not readonly

    @property
    def refused(self) -> int:
        """How many records were not stored: too old for their bucket, or of an impossible time."""
        return self._writer.refused

    def append(self, batch: Batch) -> None:
        """Write ``batch``, or raise ``StoreUnavailableError``: then writing it again completes it."""
        self._check()
        self._writer.write(batch)

    def contents(self, session: str) -> Iterator[Batch]:
        """Yield everything that a session holds."""
        return contents(self, self._server, self._address.of(session), session)

    def delete_session(self, session: str) -> None:
        """Delete a session and all it holds."""
        self._check()
        for bucket in (self._address.of(session), self._address.records):
            self._server.delete(bucket, of_session(session))
        for key in documents_of(self, session):
            self._server.delete(self._address.records, of_document(key))
        self._writer.forget()

    def put_document(self, key: str, body: bytes) -> None:
        """Keep ``body`` under ``key``."""
        self._check()
        self._server.write(self._address.records, [document(key, body)])

    def retain(self, retention: Retention, now: int) -> int:
        """Drop what is too old or too much; besides, the live bucket's own rule holds."""
        self._check()
        ended = {r.session for r in self.sessions() if r.state == "ended"}
        return self._keeper.retain(retention, now, ended)

    def usage(self) -> Usage:
        """Return how much there is; ``size_bytes`` is what so many records usually take on disk."""
        return self._keeper.usage()

    def close(self) -> None:
        """Close; what was appended stands."""
        self._writes = False
        self._server.close()

    def _check(self) -> None:
        if not self._writes:
            raise StoreUnavailableError(f"{self._address.url} is open for reading only, or closed")
