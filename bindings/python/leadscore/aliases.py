"""What other systems call the properties of a lead."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping, Optional, Union

from ._native import ffi, lib
from .errors import check, new_error, text
from .inputs import c_text, json_bytes


class Aliases:
    """A table of aliases (docs/lead.md): which names of another system mean which property. Immutable; any
    number of threads share one."""

    def __init__(self, pointer: Any) -> None:
        """Of a reference that is given up. Use `Aliases.named` or `Aliases.parse`."""
        self._pointer = ffi.gc(pointer, lib.lsc_aliases_unref)

    @classmethod
    def named(cls, name: str) -> "Aliases":
        """A table of the library's own: ``"hubspot"``, ``"salesforce"``, ``"mailchimp"`` or
        ``"segment"``; ``"all"``: these together; ``"none"``: names are taken as they are given.

        Raises NotFoundError for another name, with those there are.
        """
        out = ffi.new("lsc_aliases **")
        error = new_error()
        check(lib.lsc_aliases_named(c_text(name, "name"), ffi.NULL, out, error), error)
        return cls(out[0])

    @classmethod
    def parse(cls, table: Union[Mapping[str, Any], str, bytes]) -> "Aliases":
        """Read a table of one's own from a mapping, or JSON.

        Raises BadSpecError naming the member and its value: a property that is none of the library's, a
        name given twice, one that is the library's own, one that leads to another; BadJsonError;
        UnsupportedError for a newer format; LimitError.
        """
        raw = json_bytes(table, "table")
        out = ffi.new("lsc_aliases **")
        error = new_error()
        check(lib.lsc_aliases_parse(raw, len(raw), ffi.NULL, out, error), error)
        return cls(out[0])

    def meaning(self, name: str) -> str:
        """What a name of the other system, a dotted path, is called here: `name` itself, or what of it
        stands in the table's wrapper, where it is no alias."""
        c_name = ffi.new("char[]", c_text(name, "name"))
        return text(lib.lsc_aliases_meaning(self._pointer, c_name)) or ""


#: A table, or the name of one of the library's own.
AliasesLike = Union[Aliases, str]


@lru_cache(maxsize=None)  # of no more names than there are tables: for others it raises
def _named(name: str) -> Aliases:
    return Aliases.named(name)


def as_aliases(given: Optional[AliasesLike]) -> Optional[Aliases]:
    """The table that is meant; None for all of the library's, or what else is done without one."""
    if given is None or isinstance(given, Aliases):
        return given
    if isinstance(given, str):
        return _named(given)
    raise TypeError(f"aliases is {type(given).__name__}, must be an Aliases, as Aliases.parse() makes "
                    "one, or the name of a table")


def aliases_pointer(given: Optional[AliasesLike]) -> Any:
    """As calls of the library take it: valid as long as what was given is."""
    aliases = as_aliases(given)
    return ffi.NULL if aliases is None else aliases._pointer
