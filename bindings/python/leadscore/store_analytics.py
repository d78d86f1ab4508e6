"""Calls of a store that count over the scores and outcomes of an organization: no lead is named."""

from __future__ import annotations

from typing import List, Optional

from ._native import lib
from .connection import Connection
from .inputs import TimeLike, c_text, days_ms, flag, new_struct, optional_text, time_ms
from .stored import (GradeConversion, Performance, ScoreCount, read_conversion, read_performance,
                     read_score_count)


class AnalyticsCalls(Connection):
    """Of `Store`. Outcomes are those that were added or taken in; the property `outcome` of a lead does
    not count. A score counts at the time it is as of, whenever it was made."""

    def count_scores(self, organization: str) -> List[ScoreCount]:
        """How many leads have which latest score, the best first, of equal ones by grade; leads that were
        never scored are left out."""
        return self._rows(lib.lsc_store_count_scores, "lsc_score_count", read_score_count,
                          c_text(organization, "organization"))

    def count_conversions(self, organization: str, *, as_of: TimeLike, horizon_days: float,
                          model: Optional[str] = None,
                          repeats: bool = False) -> List[GradeConversion]:
        """How many leads of each grade converted, point in time, ``"A"`` first: a lead counts by its
        latest score as of a time or before, and converts within the horizon after that time. Leads without
        such a score are left out.

        horizon_days:  where it has not passed, more conversions are to come.
        model:         scores of the model of this id alone; None: of any.
        repeats:       leads that had converted by then count too; else they are left out.

        Raises NotFoundError for a model that is not there; InvalidArgError for a horizon of 0.
        """
        c_model = optional_text(model, "model")
        query = new_struct(lib.lsc_conversion_query_init)
        query.as_of_ms, query.horizon_ms = time_ms(as_of), days_ms(horizon_days, "horizon_days")
        query.model, query.repeats = c_model, flag(repeats, "repeats")
        return self._rows(lib.lsc_store_count_conversions, "lsc_grade_conversion", read_conversion,
                          c_text(organization, "organization"), query)

    def performance(self, organization: str, *, since: TimeLike, until: TimeLike,
                    horizon_days: float, known_until: TimeLike,
                    repeats: bool = False) -> List[Performance]:
        """How models did, by month, then in the order in which they were added. A lead counts once a month
        and model, by its first score as of that month: the last would be chosen by when the lead
        converted.

        since, until:  scores as of `since` on, and before `until`; at most 120 months.
        horizon_days:  a lead converts when it does so within this time after its score's.
        known_until:   until when outcomes are known: scores whose horizon ends later are left out.
        repeats:       leads that had converted by then count too; else they are left out.

        Raises LimitError for more months; InvalidArgError for a horizon of 0.
        """
        query = new_struct(lib.lsc_performance_query_init)
        query.from_ms, query.until_ms = time_ms(since, "since"), time_ms(until, "until")
        query.known_ms = time_ms(known_until, "known_until")
        query.horizon_ms, query.repeats = days_ms(horizon_days, "horizon_days"), flag(repeats, "repeats")
        return self._rows(lib.lsc_store_list_performance, "lsc_performance", read_performance,
                          c_text(organization, "organization"), query)
