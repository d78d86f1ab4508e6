"""A program with types, which mypy must be content with: what the package promises to those who check."""

from datetime import datetime, timezone
from typing import Optional

import leadscore


def grade_of(model: leadscore.Model, lead: leadscore.LeadLike) -> Optional[str]:
    result: leadscore.Result = model.score(lead, as_of=datetime.now(timezone.utc))
    return result.grade


def best(store: leadscore.Store, organization: str) -> "dict[str, int]":
    scores: "dict[str, int]" = {}
    for kept in store.scores(organization, min_score=80):
        if kept.result.score is not None:
            scores[kept.lead_id] = kept.result.score
    return scores


def reasons(explanation: leadscore.Explanation) -> "list[str]":
    return [reason.text for reason in explanation.reasons if reason.contribution > 0]
