"""What is wrong with connections, told once where many have the same trouble."""

from typing import Final

QUIET_S: Final = 60.0


class Troubles:
    """Remembers what was told of each broker: a ward has hundreds of connections to one."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, int, str], float] = {}

    def is_news(self, host: str, port: int, error: str, now_s: float) -> bool:
        """Say whether nobody had this trouble with that broker within the last minute."""
        self._told = {place: at_s for place, at_s in self._told.items() if 0 <= now_s - at_s < QUIET_S}
        place = (host, port, error)
        news = place not in self._told
        self._told.setdefault(place, now_s)
        return news

    def over(self, host: str, port: int) -> None:
        """Note a connection to that broker: what goes wrong from now on is news again."""
        self._told = {place: at_s for place, at_s in self._told.items() if place[:2] != (host, port)}
