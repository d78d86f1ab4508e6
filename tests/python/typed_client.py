"""A program with types, which mypy must be content with: what the package promises to those who check."""

from datetime import datetime, timezone
from typing import Optional

import leadscore


def grade_of(model: leadscore.Model, lead: leadscore.LeadLike) -> Optional[str]:
    result: leadscore.Result = model.score(lead, as_of=datetime.now(timezone.utc))
    return result.grade


def grade_by_names(model: leadscore.Model, lead: leadscore.LeadLike, names: str) -> Optional[str]:
    ours: leadscore.Aliases = leadscore.Aliases.parse(names)
    known: leadscore.AliasesLike = "hubspot" if ours.meaning("Role") == "Role" else ours
    return model.score(lead, as_of=0, aliases=known).grade


def best(store: leadscore.Store, organization: str) -> "dict[str, int]":
    scores: "dict[str, int]" = {}
    for kept in store.scores(organization, min_score=80):
        if kept.result.score is not None:
            scores[kept.lead_id] = kept.result.score
    return scores


def reasons(explanation: leadscore.Explanation) -> "list[str]":
    return [reason.text for reason in explanation.reasons if reason.contribution > 0]


def train_on(path: str, organization: str, key: bytes) -> Optional[leadscore.Model]:
    who: leadscore.ActorLike = leadscore.Actor("3f2a1b4c-0d5e-4f60-8a71-92b3c4d5e6f7", now=lambda: 0)
    source: leadscore.Source = leadscore.Source.store(path, organization, key=leadscore.StoreKey(key, "a"), actor=who)
    trained: leadscore.Training = leadscore.train(
        source, learner="ladder", as_of="created", as_of_days=7,
        progress=lambda stage, part: part is None or part < 1)
    rows: leadscore.TrainingRows = leadscore.training_rows(source, spec=leadscore.Spec.default())
    print(len(rows.labels), rows.as_of(0), trained.leaks)
    return trained.model() if trained.gate_passed else None


def verdict(model: leadscore.Model, source: leadscore.Source) -> "tuple[str, float]":
    found = leadscore.drift(model, source, as_of="2026-01-01")
    measured = leadscore.evaluate(model, source, horizon_days=30)
    return found["verdict"], measured["roc_auc"]["value"]


def again(store: leadscore.Store, model: leadscore.Model) -> int:
    def told(score: leadscore.StoredScore, changed: bool) -> bool:
        return not changed or score.result.score is not None

    deeds: "list[leadscore.StoredActivity]" = list(store.activities("acme", "a1", since=0))
    store.note_access("acme", deeds[0].id)
    stale: "list[leadscore.StaleLead]" = store.stale("acme", as_of=0)
    counts: leadscore.RescoringCounts = store.score_stale("acme", model, as_of=0, progress=told)
    erased: "list[str]" = store.erase_lead("acme", stale[0].id)
    head: leadscore.AuditHead = store.audit_head()
    return counts.changed + len(erased) + head.n_rows


def best_of(model: leadscore.Model, frame: object) -> int:
    tables: "list[leadscore.Scores]" = model.score_leads(frame, as_of=0, aliases="salesforce")
    tables += model.contributions_leads(frame, as_of=datetime.now(timezone.utc))
    scores = model.predict_leads(frame, as_of=0, output="score", ignore_unknown=True)
    return int(scores.argmax()) + len(tables) + len(model.spec.extract_table(frame, as_of=0))


def counts(store: leadscore.Store) -> "list[Optional[float]]":
    graded: "list[leadscore.GradeConversion]" = store.count_conversions("acme", as_of=0, horizon_days=90)
    scored: "list[leadscore.ScoreCount]" = store.count_scores("acme")
    gone: leadscore.RetentionCounts = store.retain("acme", leads_before=0, progress=lambda n: n < 10)
    months = store.performance("acme", since=0, until=1, horizon_days=1, known_until=datetime.now(timezone.utc))
    print(graded[0].converted + scored[0].leads + gone.scores)
    return [part.mean_probability for month in months for part in month.bins]


def classifier() -> leadscore.LeadScoreClassifier:
    return leadscore.LeadScoreClassifier(effort="quick", n_jobs=2)


def mistaken() -> None:
    leadscore.trian("table.csv")  # type: ignore[attr-defined]
    print(leadscore.LeadScoreClassifier.__name__)
