"""Which acts are in the store, for whoever may answer them only then."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

MOST: Final = 5_000
"""So many are remembered, and so many answers wait; who gets none asks again."""
Act = tuple[str, str]
"""Session and id."""


class Kept:
    """Acts that were committed, and what is to happen once others are."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._acts: OrderedDict[Act, None] = OrderedDict()
        self._waiting: OrderedDict[Act, list[Callable[[], None]]] = OrderedDict()

    def note(self, acts: Iterable[Act]) -> None:
        """Note that ``acts`` are in the store; what waited for them happens now."""
        for act in acts:
            self._acts[act] = None
            for call in self._waiting.pop(act, ()):
                call()
        while len(self._acts) > self._most:
            self._acts.popitem(last=False)

    def when(self, act: Act, call: Callable[[], None]) -> None:
        """Call as soon as ``act`` is in the store, at once if it is."""
        if act in self._acts:
            call()
            return
        self._waiting.setdefault(act, []).append(call)
        if len(self._waiting) > self._most:
            self._waiting.popitem(last=False)
