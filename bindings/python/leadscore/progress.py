"""Callbacks of Python's that C calls."""

from __future__ import annotations

from typing import Any, Callable, Optional

from .inputs import is_false


class Progress:
    """What a caller wants to be told. What its callback raises, Ctrl-C too, stops the call of the
    library, which has no exceptions; `conclude` raises it afterwards."""

    def __init__(self, call: Optional[Callable[..., object]]) -> None:
        self._call = call
        self._raised: Optional[BaseException] = None

    @property
    def is_wanted(self) -> bool:
        """Whether there is a callback; without one Ctrl-C alone is looked for."""
        return self._call is not None

    def tell(self, *news: object) -> bool:
        """True to go on."""
        try:
            return self._call is None or not is_false(self._call(*news))
        except BaseException as raised:
            self._raised = raised
            return False

    def conclude(self) -> None:
        """Raise what the callback raised."""
        if self._raised is not None:
            raise self._raised


def keep(find: Callable[[Any], Any]) -> Callable[[Any, Any, Any], None]:
    """What CFFI calls (`onerror`) for what is raised outside of `tell`: Ctrl-C while C was at work comes as
    soon as the function that C calls begins. `find` gives the Progress of that function's `context`."""
    def on_error(kind: Any, value: Any, trace: Any) -> None:
        find(trace.tb_frame.f_locals["context"])._raised = value

    return on_error
