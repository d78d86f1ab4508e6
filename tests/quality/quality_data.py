"""The data of bench_quality.py, as its peers get them, and the folds that all share."""

import pandas
from sklearn.model_selection import StratifiedGroupKFold

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
    """A CSV file. `lines` and `heading` are its own text, of which our tables are made."""

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
        self.delimiter = delimiter
        self.arguments = ["--label", label, "--positive", positive]
        self.leak = leak


def bank(folder):
    return Table("bank", folder / "bank_marketing.csv", ";", "y", "yes", "duration")


def shoppers(folder):
    return Table("shoppers", folder / "online_shoppers.csv", ",", "Revenue", "TRUE", "PageValues")


DATA = {"bank": bank, "shoppers": shoppers}


def load(name, folder):
    return DATA[name](folder)
