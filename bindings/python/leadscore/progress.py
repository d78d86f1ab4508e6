"""Callbacks of Python's that C calls."""

from __future__ import annotations

from typing import Callable, Optional


class Progress:
    """What a caller wants to be told. What its callback raises, Ctrl-C too, stops the call of the
    library, which has no exceptions; `conclude` raises it afterwards."""

    def __init__(self, call: Optional[Callable[..., object]]) -> None:
        self._call = call
        self._raised: Optional[BaseException] = None

    def tell(self, *news: object) -> bool:
        """True to go on."""
        try:
            return self._call is None or self._call(*news) is not False
        except BaseException as raised:
            self._raised = raised
            return False

    def conclude(self) -> None:
        """Raise what the callback raised."""
        if self._raised is not None:
            raise self._raised
