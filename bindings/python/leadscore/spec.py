"""The feature spec: what is computed from a lead and its activities."""

from __future__ import annotations

from array import array
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

from ._native import ffi, lib
from .aliases import AliasesLike, aliases_pointer
from .errors import InvalidArgError, check, new_error, text
from .inputs import ActivitiesLike, LeadLike, TimeLike, json_bytes, new_lead, new_struct, time_ms
from .lead_tables import LeadTable
from .results import html_table
from .sources import SourceLike, as_source, name_list
from .tables import column_names


class Spec:
    """Immutable; any number of threads share one."""

    def __init__(self, pointer: Any) -> None:
        """Of a reference that is given up. Use `Spec.parse`, `Spec.default` or `Spec.infer`."""
        self._pointer = ffi.gc(pointer, lib.lsc_spec_unref)

    @classmethod
    def parse(cls, spec: Union[Mapping[str, Any], str, bytes]) -> "Spec":
        """Read a spec (docs/feature-spec.md) from a mapping, or JSON.

        Raises BadSpecError naming the feature, the member and its value; BadJsonError;
        UnsupportedError for a newer format; LimitError.
        """
        raw = json_bytes(spec, "spec")
        out = ffi.new("lsc_spec **")
        error = new_error()
        check(lib.lsc_spec_parse(raw, len(raw), ffi.NULL, out, error), error)
        return cls(out[0])

    @classmethod
    def default(cls) -> "Spec":
        """The spec that is used where none is given: about 40 features."""
        out = ffi.new("lsc_spec **")
        error = new_error()
        check(lib.lsc_spec_default(ffi.NULL, out, error), error)
        return cls(out[0])

    @classmethod
    def infer(cls, source: SourceLike, *, label: Optional[str] = None, positive: Optional[str] = None,
              id: Optional[str] = None, exclude: Sequence[str] = (),
              include: Sequence[str] = ()) -> "Spec":
        """Infer a spec: of a table from its columns (numbers, categories, dates, flags), of
        `Source.events` from their types and numbers.

        source:  a `Source`, the path of a CSV file or a DataFrame; `label`, `positive` and `id` as in
                 `Source.table`.
        exclude, include:  columns to leave out; protected attributes (age, gender, ...) to take, which
                 are left out otherwise.

        Raises BadDataError when nothing is left; NotFoundError naming a column that is not there.
        """
        given = as_source(source, label, positive, id)
        out = ffi.new("lsc_spec **")
        error = new_error()
        with given._use() as pointer:
            if given.is_events:
                if exclude or include:
                    raise InvalidArgError("exclude and include go with a table, not with events")
                check(lib.lsc_spec_infer_events(pointer, ffi.NULL, out, error), error)
                return cls(out[0])
            infer = new_struct(lib.lsc_infer_init)
            excluded, infer.exclude, infer.n_exclude = name_list(exclude, "exclude")
            included, infer.include, infer.n_include = name_list(include, "include")
            check(lib.lsc_spec_infer(pointer, infer, ffi.NULL, out, ffi.NULL, error), error)
            del excluded, included
        return cls(out[0])

    @property
    def json(self) -> str:
        """The spec as canonical JSON: parsing it gives the same spec."""
        length = ffi.new("size_t *")
        return bytes(ffi.buffer(lib.lsc_spec_json(self._pointer, length), length[0])).decode()

    @property
    def features(self) -> List[str]:
        """The names of the features, in order."""
        count = lib.lsc_spec_n_features(self._pointer)
        return [text(lib.lsc_spec_feature_name(self._pointer, i)) or "" for i in range(count)]

    @property
    def groups(self) -> List[str]:
        """The names of the groups, in order."""
        count = lib.lsc_spec_n_groups(self._pointer)
        return [text(lib.lsc_spec_group_name(self._pointer, i)) or "" for i in range(count)]

    @property
    def columns(self) -> List[str]:
        """The names of a vector's columns, in order: a feature may be encoded into several."""
        return column_names(self._pointer)

    @property
    def n_columns(self) -> int:
        """The width of a vector."""
        return int(lib.lsc_spec_n_columns(self._pointer))

    def feature_of(self, column: int) -> Tuple[str, str]:
        """The feature and the group of a column."""
        if not 0 <= column < self.n_columns:
            raise IndexError(f"there is no column {column}")
        feature = lib.lsc_spec_column_feature(self._pointer, column)
        name = text(lib.lsc_spec_feature_name(self._pointer, feature)) or ""
        group = lib.lsc_spec_feature_group(self._pointer, feature)
        return name, text(lib.lsc_spec_group_name(self._pointer, group)) or ""

    def extract(self, lead: LeadLike, activities: Optional[ActivitiesLike] = None, *,
                as_of: TimeLike, aliases: Optional[AliasesLike] = None) -> "array[float]":
        """The vector of a lead as of a time: float32 [n_columns], NaN where a value is missing. What
        training made of it, to the bit. `numpy.frombuffer(vector, "float32")` is without a copy.
        `aliases` as in `Model.score`.

        Raises BadJsonError, BadLeadError, LimitError.
        """
        moment = time_ms(as_of)
        held = new_lead(lead, activities, aliases_pointer(aliases))
        error = new_error()
        vector = array("f", bytes(4 * self.n_columns))
        check(lib.lsc_spec_extract(self._pointer, held, moment, ffi.from_buffer("float[]", vector),
                                   len(vector), error), error)
        return vector

    def extract_table(self, table: Any, *, as_of: TimeLike, aliases: Optional[AliasesLike] = None,
                      ignore_unknown: bool = False) -> Any:
        """The vectors of a table of leads, as `Model.predict_leads` takes it, as of a time: a numpy array,
        float32 [n_rows][n_columns], NaN where a value is missing; also of leads that must not be scored. It
        is what `Model.predict` and `Model.contributions` take. Raises as `Model.predict_leads`."""
        return LeadTable(table, time_ms(as_of), aliases, ignore_unknown).features(self._pointer)

    def __eq__(self, other: object) -> bool:
        return self.json == other.json if isinstance(other, Spec) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.json)

    def __reduce__(self) -> Any:
        return Spec.parse, (self.json,)

    def __repr__(self) -> str:
        return (f"Spec({len(self.features)} features, {self.n_columns} columns, "
                f"groups {', '.join(self.groups)})")

    def _repr_html_(self) -> str:
        rows = dict(self.feature_of(i) for i in range(self.n_columns))
        return html_table("Features and their groups", rows)


def as_spec(given: Any) -> Spec:
    """What is given as one."""
    if not isinstance(given, Spec):
        raise TypeError(f"spec is {type(given).__name__}, must be a Spec, as Spec.parse() makes one")
    return given
