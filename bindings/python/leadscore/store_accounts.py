"""Calls of a store about who acts for an organization: its users and integrations."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Optional, Tuple, Union

from ._native import ffi, lib
from .connection import Connection
from .errors import InvalidArgError, check, new_error, text
from .inputs import c_text, flag, json_bytes, new_struct, optional_text, without_nul
from .stored import StoredAccount, read_account

_TYPES = {"user": lib.LSC_ACCOUNT_USER, "integration": lib.LSC_ACCOUNT_INTEGRATION}


def _type(kind: str) -> Any:
    if kind not in _TYPES:
        raise InvalidArgError(f"type is {kind!r}, must be one of {', '.join(_TYPES)}")
    return _TYPES[kind]


class AccountCalls(Connection):
    """Of `Store`. `type` is ``"user"`` or ``"integration"``; the ids of both are apart from one another."""

    def put_account(self, organization: str, type: str, account_id: str, *, role: Optional[str] = None,
                    details: Union[Mapping[str, Any], str, None] = None) -> None:
        """Put an account in place of the one with its id, which stays active or not and keeps its UUID,
        or add it, active.

        role:     of a user, such as ``"admin"``; of an integration what it is, such as ``"hubspot"``.
        details:  names, addresses, secrets, as a mapping or JSON. Encrypted where the store has a key;
                  id and role are not.

        Raises InvalidArgError for an integration without role; BadJsonError, LimitError of the details.
        """
        account = new_struct(lib.lsc_account_init)
        kept = (ffi.new("char[]", c_text(account_id, "account_id")), optional_text(role, "role"),
                ffi.NULL if details is None else
                ffi.new("char[]", without_nul(json_bytes(details, "details"), "details")))
        account.type = _type(type)
        account.id, account.role, account.details = kept
        self._call(lib.lsc_store_put_account, c_text(organization, "organization"), account)

    def get_account(self, organization: str, type: str, account_id: str) -> StoredAccount:
        """An account, active or not."""
        out = ffi.new("const lsc_stored_account **")
        error = new_error()
        with self._use() as handle:
            check(lib.lsc_store_get_account(handle, c_text(organization, "organization"), _type(type),
                                            c_text(account_id, "account_id"), out, error), error)
            return read_account(out[0])

    def accounts(self, organization: str, type: str) -> Iterator[StoredAccount]:
        """The accounts of a type, active or not, in the order of their ids."""
        kind, c_organization = _type(type), c_text(organization, "organization")

        def arguments(last: Optional[StoredAccount]) -> Tuple[Any, ...]:
            after = None if last is None else last.id
            return c_organization, kind, optional_text(after, "after"), lib.LSC_MAX_PAGE

        return self._pages(lib.lsc_store_list_accounts, "lsc_stored_account", read_account, arguments)

    def set_account_active(self, organization: str, type: str, account_id: str, active: bool) -> None:
        """Let an account act, or no more."""
        self._call(lib.lsc_store_set_account_active, c_text(organization, "organization"), _type(type),
                   c_text(account_id, "account_id"), flag(active, "active"))

    def delete_account(self, organization: str, type: str, account_id: str) -> None:
        """Delete an account; `purge` then leaves no byte of it in the file. Rows of the audit trail keep
        its UUID."""
        self._call(lib.lsc_store_delete_account, c_text(organization, "organization"), _type(type),
                   c_text(account_id, "account_id"))

    def account_uuid(self, organization: str, type: str, account_id: str) -> str:
        """The UUID of an active account, for `set_actor`. Raises InvalidArgError for one that is not
        active."""
        uuid = ffi.new("char[37]")
        self._call(lib.lsc_store_account_uuid, c_text(organization, "organization"), _type(type),
                   c_text(account_id, "account_id"), uuid)
        return text(uuid) or ""
