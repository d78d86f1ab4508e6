"""Calls of a store about models and the scores that they gave."""

from __future__ import annotations

from typing import Any, Callable, Iterator, List, Optional, Tuple

from ._native import ffi, lib
from .connection import Connection
from .errors import check, text
from .inputs import TimeLike, c_text, flag, new_struct, optional_ms, optional_text, text_bytes, time_ms, whole
from .model import Model, as_model
from .progress import Progress, keep
from .results import Explanation
from .stored import (RescoringCounts, ScoreChange, StaleLead, StoredModel, StoredScore, read_change,
                     read_model, read_score, read_stale)


@ffi.def_extern(onerror=keep(ffi.from_handle))  # type: ignore[untyped-decorator]
def lscpy_score_kept(context: Any, score: Any, changed: bool) -> bool:
    """Told of each score of Store.score_all() and Store.score_stale()."""
    told: Progress = ffi.from_handle(context)
    return not told.is_wanted or told.tell(read_score(score), bool(changed))


class ScoreCalls(Connection):
    """Of `Store`."""

    # Models.

    def add_model(self, organization: str, bundle: bytes) -> str:
        """Add a model, the bytes of a bundle. Returns its SHA-256, which is its id here."""
        raw = text_bytes(bundle, "bundle")
        sha256 = ffi.new("char[65]")
        self._call(lib.lsc_store_add_model, c_text(organization, "organization"), raw, len(raw),
                   ffi.NULL, sha256)
        return text(sha256) or ""

    def activate_model(self, organization: str, sha256: str, *, force: bool = False) -> None:
        """Make a model the one that scores. Raises GateFailedError when its gate did not pass and
        `force` is not set."""
        self._call(lib.lsc_store_activate_model, c_text(organization, "organization"),
                   c_text(sha256, "sha256"), flag(force, "force"))

    def models(self, organization: str) -> List[StoredModel]:
        """The models of an organization, in the order in which they were added."""
        return self._rows(lib.lsc_store_list_models, "lsc_stored_model", read_model,
                          c_text(organization, "organization"))

    def load_model(self, organization: str, sha256: Optional[str] = None) -> Model:
        """Load a model by its id, or the one that scores."""
        out = ffi.new("lsc_model **")
        self._call(lib.lsc_store_load_model, c_text(organization, "organization"),
                   optional_text(sha256, "sha256"), ffi.NULL, out)
        return Model(out[0])

    # Scores.

    def score_lead(self, organization: str, lead_id: str, model: Model, *,
                   as_of: TimeLike) -> Explanation:
        """Score a lead from the store as of a time, say why, and keep the score. The model is one that
        the organization has."""
        moment = time_ms(as_of)
        with as_model(model)._scorer() as scorer, self._use() as handle:
            check(lib.lsc_store_score_lead(handle, c_text(organization, "organization"),
                                           c_text(lead_id, "lead_id"), scorer.pointer, moment,
                                           scorer.explanation, scorer.error), scorer.error)
            return scorer.read_explanation(lead_id)

    def scores(self, organization: str, *, min_score: int = 0,
               max_score: int = 100) -> Iterator[StoredScore]:
        """The latest score of each lead, the best first. `min_score` -1: unscored leads too."""
        kept: List[Any] = []
        c_organization = c_text(organization, "organization")
        query = new_struct(lib.lsc_score_query_init)
        query.limit = lib.LSC_MAX_PAGE
        query.min_score = whole(min_score, "min_score", 100, -1)
        query.max_score = whole(max_score, "max_score", 100) or 1  # 0 is C's default

        def arguments(last: Optional[StoredScore]) -> Tuple[Any, ...]:
            if last is not None:
                kept.append(optional_text(last.lead_id, "after"))
                query.after_id = kept[-1]
                query.after_score = -1 if last.result.score is None else last.result.score
            return c_organization, query

        scores = self._pages(lib.lsc_store_list_scores, "lsc_stored_score", read_score, arguments)
        return scores if max_score > 0 else (each for each in scores if not each.result.score)

    def history(self, organization: str, lead_id: str, *, before: Optional[TimeLike] = None,
                limit: int = 0) -> List[StoredScore]:
        """The scores of a lead, the latest as-of time first."""
        moment = optional_ms(before, "before")
        return self._rows(lib.lsc_store_list_history, "lsc_stored_score", read_score,
                          c_text(organization, "organization"), c_text(lead_id, "lead_id"), moment,
                          whole(limit, "limit"))

    def explain_change(self, organization: str, lead_id: str, *, since: TimeLike, until: TimeLike,
                       from_model: Optional[str] = None,
                       to_model: Optional[str] = None) -> ScoreChange:
        """Say what made two kept scores of a lead differ: those as of `since` and `until`, by models of
        these ids (None: the one that `history` gives first).

        Raises NotFoundError for a score that is not kept; InputNotHeldError where what one was made from
        is not there any more; MismatchError where it gives another score now; InvalidArgError for an
        unscored lead, or times in the wrong order.
        """
        kept = optional_text(from_model, "from_model"), optional_text(to_model, "to_model")
        query = new_struct(lib.lsc_change_query_init)
        query.from_ms, query.to_ms = time_ms(since, "since"), time_ms(until, "until")
        query.from_model, query.to_model = kept
        change = new_struct(lib.lsc_score_change_init)
        self._call(lib.lsc_store_explain_change, c_text(organization, "organization"),
                   c_text(lead_id, "lead_id"), query, change)
        return read_change(change)

    # Scores that can have changed.

    def stale(self, organization: str, *, as_of: TimeLike, limit: int = 0) -> List[StaleLead]:
        """The first leads whose latest score can be another as of a time, scored by the active model.
        A lead that is scored is out of the list: one scores a page and asks again, or calls
        `score_stale`. `limit` 0: 100."""
        return self._rows(lib.lsc_store_list_stale, "lsc_stale_lead", read_stale,
                          c_text(organization, "organization"), time_ms(as_of), whole(limit, "limit"))

    def score_all(self, organization: str, model: Model, *, as_of: TimeLike, threads: int = 1,
                  progress: Optional[Callable[[StoredScore, bool], object]] = None
                  ) -> RescoringCounts:
        """Score all leads of an organization as of a time and keep the scores, some hundreds in a
        transaction.

        threads:   that read and score, each through a connection of its own, while this one writes.
        progress:  called with each score that was kept, and whether it is not that of the latest before.
                   False stops it (CancelledError), and what it raises stops it and is raised; the
                   transactions before are kept. It must not use the store.

        Raises LimitError for too many threads.
        """
        return self._score_many(lib.lsc_store_score_all, organization, model, as_of, threads, progress)

    def score_stale(self, organization: str, model: Model, *, as_of: TimeLike, threads: int = 1,
                    progress: Optional[Callable[[StoredScore, bool], object]] = None
                    ) -> RescoringCounts:
        """As `score_all`, only of leads whose latest score is not the model's or can be another as of
        the time: see `stale`."""
        return self._score_many(lib.lsc_store_score_stale, organization, model, as_of, threads,
                                progress)

    def _score_many(self, call: Any, organization: str, model: Model, as_of: TimeLike, threads: int,
                    progress: Optional[Callable[..., object]]) -> RescoringCounts:
        rescoring = new_struct(lib.lsc_rescoring_init)
        told = Progress(progress)
        context = ffi.new_handle(told)
        rescoring.as_of_ms, rescoring.n_threads = time_ms(as_of), whole(threads, "threads", 2 ** 31 - 1)
        rescoring.take, rescoring.take_ctx = lib.lscpy_score_kept, context
        return self._count(call, told, RescoringCounts, lib.lsc_rescoring_counts_init,
                           c_text(organization, "organization"), as_model(model)._pointer, rescoring)
