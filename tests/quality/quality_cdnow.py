"""CDNOW's customers as leads: after each order a lead begins, which converts with the next one. So
a customer is a lead at any time, and has one outcome after it.
"""

import csv
import json
from datetime import datetime


def instant(day):
    return datetime.strptime(day, "%Y%m%d").strftime("%Y-%m-%dT12:00:00Z")


def orders(path):
    """{customer: [(day, [activity, ...]), ...]}, the days rising."""
    customers = {}
    with path.open() as file:
        for number, row in enumerate(csv.DictReader(file)):
            activity = {"id": str(number), "type": "Order Completed", "time": instant(row["date"]),
                        "data": {"amount": float(row["sales"]), "discs": int(row["cds"])}}
            days = customers.setdefault(row["masterid"], {})
            days.setdefault(row["date"], []).append(activity)
    return {customer: sorted(days.items()) for customer, days in customers.items()}


def customer_of(lead_id):
    return lead_id.partition("/")[0]


def leads(path):
    """A list of (customer, the lead as a line of NDJSON)."""
    lines = []
    for customer, days in orders(path).items():
        for n, (day, _) in enumerate(days, 1):
            lead = {"id": f"{customer}/{n}", "created_at": instant(day),
                    "first_order": instant(days[0][0]),
                    "activities": [activity for _, some in days[:n] for activity in some]}
            if n < len(days):
                lead["outcome"] = {"label": "converted", "time": instant(days[n][0])}
            lines.append((customer, json.dumps(lead) + "\n"))
    return lines
