"""The data of bench_quality.py, as its peers get them, and the folds that all share."""

import io
import os
from pathlib import Path

import pandas
from sklearn.model_selection import StratifiedGroupKFold

import quality_cdnow
from quality_run import run

FOLDS = 5
SEED = 0


class Data:
    """
    rows      pandas frame, a column a feature; texts are categories
    labels    0 or 1
    groups    of the rows: those of one lead lie in one fold
    folds     list of (numbers of training rows, numbers of test rows)
    """

    def __init__(self, name, rows, labels, groups):
        self.name = name
        self.rows = rows
        self.labels = labels
        self.groups = groups
        dealt = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
        self.folds = list(dealt.split(rows, labels, groups))


class Table(Data):
    """A CSV file. Ours gets its lines as they are."""

    reader = "--csv"

    def __init__(self, name, path, delimiter, label, positive, leak):
        frame = pandas.read_csv(path, sep=delimiter, dtype={label: str})
        labels = (frame[label] == positive).to_numpy().astype(int)
        rows = frame.drop(columns=[label, leak])
        for column in rows:
            if not pandas.api.types.is_numeric_dtype(rows[column]):
                rows[column] = rows[column].astype("category")
        super().__init__(name, rows, labels, rows.index.to_numpy())
        with path.open() as file:
            self.heading, *self.lines = file.readlines()
        self.learning = ["--label", label, "--positive", positive, "--exclude", leak]

    def text(self, rows):
        """A file of some rows."""
        return self.heading + "".join(self.lines[row] for row in rows)

    def options(self, file):
        """Those of `leadscore train` on such a file."""
        return ["--csv", file, *self.learning]


class Events(Data):
    """CDNOW's orders. The rows are those that the library's training makes of them."""

    reader = "--leads"
    spec = Path(__file__).resolve().parent / "cdnow_spec.json"
    horizon_days = 90
    every_days = 30

    def __init__(self, path, export_rows, scratch):
        self.leads = quality_cdnow.leads(path)
        file = scratch / f"cdnow.{os.getpid()}.ndjson"
        file.write_text("".join(line for _, line in self.leads))
        table = run([export_rows, file, self.spec, self.horizon_days, self.every_days])
        file.unlink()
        frame = pandas.read_csv(io.StringIO(table))
        self.ids = frame["lead_id"].to_numpy()
        self.as_of_ms = frame["as_of_ms"].to_numpy()
        groups = frame["lead_id"].map(quality_cdnow.customer_of).to_numpy()
        self.customers = groups
        super().__init__("cdnow", frame.drop(columns=["lead_id", "as_of_ms", "label"]),
                         frame["label"].to_numpy(), groups)

    def text(self, rows):
        """A file of all leads of the customers that have the rows."""
        known = set(self.customers[rows])
        return "".join(line for customer, line in self.leads if customer in known)

    def options(self, file):
        return ["--leads", file, "--spec", self.spec, "--rows-per-lead", 10000,
                "--horizon", f"{self.horizon_days}d", "--every", f"{self.every_days}d"]


def bank(arguments):
    return Table("bank", arguments.data / "bank_marketing.csv", ";", "y", "yes", "duration")


def shoppers(arguments):
    return Table("shoppers", arguments.data / "online_shoppers.csv", ",", "Revenue", "TRUE",
                 "PageValues")


def cdnow(arguments):
    return Events(arguments.data / "cdnow_events.csv", arguments.export_rows, arguments.out)


DATA = {"bank": bank, "shoppers": shoppers, "cdnow": cdnow}


def load(name, arguments):
    return DATA[name](arguments)
