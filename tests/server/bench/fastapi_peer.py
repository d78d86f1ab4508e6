"""The peer of `make bench-server`: the endpoint that scores a lead, in FastAPI and xgboost.

It is written as a data scientist would who serves a model from Python: pydantic checks the request, pandas makes the
features as it did in training, xgboost gives the probability and the contributions, the largest of which are the
reasons. PEER_FEATURES=plain makes the features without pandas, as somebody who counts milliseconds would.

The model is the one that the server has, in XGBoost's own format. The features are of the kinds of its spec and made
the short way, so the scores are others than the server's: what is compared is time. What the server does besides is
left out: tenants, tokens, calibration, intervals, breakdown, sentences with evidence, limits, log and metrics.
"""

import json
import math
import os
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import xgboost as xgb
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, Field

MODEL = Path(os.environ["PEER_MODEL"])  # the folder of an unpacked bundle
KEY = os.environ["PEER_KEY"]
PLAIN = os.environ.get("PEER_FEATURES") == "plain"
DAY = 86400.0
FREE = {"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com", "icloud.com"}

booster = xgb.Booster(model_file=MODEL / "model.ubj")
booster.set_param({"nthread": 1})  # one row: threads of its own only cost
spec = json.loads((MODEL / "features.json").read_text())["features"]
app = FastAPI()
header = APIKeyHeader(name="X-Api-Key")


class Activity(BaseModel):
    id: str
    type: str
    time: datetime
    source: str | None = None
    data: dict = Field(default_factory=dict)


class Company(BaseModel):
    name: str | None = None
    domain: str | None = None
    industry: str | None = None
    employee_count: int | None = None
    annual_revenue: float | None = None
    technologies: list[str] = Field(default_factory=list)


class Lead(BaseModel):
    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    job_title: str | None = None
    phone: str | None = None
    company: Company = Field(default_factory=Company)
    address: dict = Field(default_factory=dict)
    source: str | None = None
    created_at: datetime | None = None


class ScoreRequest(BaseModel):
    lead: Lead
    activities: list[Activity] = Field(default_factory=list)
    as_of: datetime | None = None


def look_up(lead, path):
    value = lead
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value


def first_match(text, table):
    text = str(text).lower()
    return next((row["value"] for row in table if any(word in text for word in row["words"])), 0)


class Events:
    """The activities of a lead, as days before the score."""

    def __init__(self, activities, now):
        self.all = [(activity.type, (now - activity.time).total_seconds() / DAY, activity) for activity in activities
                    if activity.time <= now]

    def of(self, selector, window=None):
        types = set(selector.get("types", ()))
        return [(days, activity) for kind, days, activity in self.all
                if kind in types and (window is None or days < window)]


def sessions(days):
    """Visits: half an hour of silence ends one."""
    days = sorted(days)
    return sum(1 for i, day in enumerate(days) if i == 0 or day - days[i - 1] > 30 / 1440)


def event_value(feature, events):
    kind, window = feature["kind"], feature.get("window_days")
    found = events.of(feature["events"], window)
    days = [each for each, _ in found]
    if kind == "count":
        return len(found)
    if kind == "decayed_count":
        half, weights = feature["decay"]["half_life_days"], feature.get("weights", {})
        return sum(weights.get(activity.type, 1) * 2 ** (-age / half) for age, activity in found)
    if kind == "sum":
        return sum(float(activity.data.get(feature["data"], 0)) for _, activity in found)
    if kind == "recency":
        return min(days, default=math.nan)
    if kind == "active_days":
        return len({int(day) for day in days})
    if kind == "distinct":
        return len({activity.data.get(feature["data"]) for _, activity in found})
    if kind == "sessions":
        return sessions(days)
    if kind == "trend":
        before = [day for day, _ in events.of(feature["events"], 2 * window) if day >= window]
        return math.log2((len(days) + 1) / (len(before) + 1))
    if kind == "median_gap":
        ordered = sorted(days)
        return median(b - a for a, b in zip(ordered, ordered[1:])) if len(ordered) > 1 else math.nan
    whole = len(events.of(feature["of"], window))
    if kind == "share":
        return len(found) / whole if whole else math.nan
    return (len(found) + feature["prior"] * feature["strength"]) / (whole + feature["strength"])


class Frame:
    """The activities of a lead as a table of pandas."""

    def __init__(self, activities, now):
        self.all = pd.DataFrame([activity.model_dump() for activity in activities if activity.time <= now],
                                columns=["id", "type", "time", "source", "data"])
        self.all["days"] = (now - pd.to_datetime(self.all["time"], utc=True)).dt.total_seconds() / DAY

    def of(self, selector, window=None):
        found = self.all[self.all["type"].isin(selector.get("types", []))]
        return found if window is None else found[found["days"] < window]


def frame_value(feature, frame):
    kind, window = feature["kind"], feature.get("window_days")
    found = frame.of(feature["events"], window)
    days = found["days"]
    if kind == "count":
        return len(found)
    if kind == "decayed_count":
        weights = found["type"].map(feature.get("weights", {})).fillna(1)
        return (weights * 2 ** (-days / feature["decay"]["half_life_days"])).sum()
    if kind == "sum":
        return found["data"].map(lambda data: float(data.get(feature["data"], 0))).sum()
    if kind == "recency":
        return days.min()
    if kind == "active_days":
        return days.astype(int).nunique()
    if kind == "distinct":
        return found["data"].map(lambda data: data.get(feature["data"])).nunique()
    if kind == "sessions":
        return int((days.sort_values().diff() > 30 / 1440).sum()) + (len(days) > 0)
    if kind == "trend":
        before = frame.of(feature["events"], 2 * window)
        return math.log2((len(found) + 1) / ((before["days"] >= window).sum() + 1))
    if kind == "median_gap":
        return days.sort_values().diff().median()
    whole = len(frame.of(feature["of"], window))
    if kind == "share":
        return len(found) / whole if whole else math.nan
    return (len(found) + feature["prior"] * feature["strength"]) / (whole + feature["strength"])


def property_values(feature, lead, now):
    kind = feature["kind"]
    if kind == "completeness":
        return [sum(look_up(lead, path) not in (None, "") for path in feature["properties"]) / len(feature["properties"])]
    value = look_up(lead, feature["property"])
    if kind == "category":
        known = value in feature["levels"]
        return [float(value == level) for level in feature["levels"]] + [float(value is not None and not known),
                                                                          float(value is None)]
    if kind == "email_domain":
        domain = (value or "").rsplit("@", 1)[-1]
        return [float(bool(domain) and domain not in FREE), float(domain in FREE), 0.0]
    if value in (None, ""):
        return [math.nan]
    if kind == "number":
        return [float(value)]
    if kind == "band":
        return [feature["values"][sum(value >= edge for edge in feature["edges"])]]
    if kind == "ordinal":
        return [first_match(value, feature["table"])]
    if kind == "overlap":
        return [sum(first_match(each, feature["table"]) for each in value)]
    return [(now - value).total_seconds() / DAY]  # tenure


def vector(lead, activities, now):
    """A row, and for each of its columns the feature that it belongs to."""
    events, value_of = (Events(activities, now), event_value) if PLAIN else (Frame(activities, now), frame_value)
    row, owners = [], []
    for i, feature in enumerate(spec):
        values = [value_of(feature, events)] if "events" in feature else property_values(feature, lead, now)
        row += values
        owners += [i] * len(values)
    return [row] if PLAIN else pd.DataFrame([row]).astype(float), owners


@app.post("/api/v1/scoring/score-lead")
def score_lead(request: ScoreRequest, key: str = Depends(header)):
    if key != KEY:
        raise HTTPException(403)
    now = request.as_of or datetime.now(timezone.utc)
    row, owners = vector(request.lead, request.activities, now)
    matrix = xgb.DMatrix(np.asarray(row, dtype=np.float32) if PLAIN else row.to_numpy(), missing=math.nan)
    probability = float(booster.predict(matrix)[0])
    totals = [0.0] * len(spec)
    for owner, part in zip(owners, booster.predict(matrix, pred_contribs=True)[0]):
        totals[owner] += float(part)
    top = sorted(range(len(spec)), key=lambda i: -abs(totals[i]))[:5]
    return {"lead_id": request.lead.id, "score": round(100 * probability), "probability": probability,
            "reasons": [{"feature": spec[i]["name"], "contribution": totals[i]} for i in top]}


@app.get("/hello")
async def hello():
    return {"hello": "world"}
