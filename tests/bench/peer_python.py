"""A contestant that has no path from C: bench_runner's protocol, in Python. Run by the Python that
has the peer.

    peer_python.py PEER ROWS FOREST.json FOREST.ubj OWN

The model is the one of the command line, whatever "open" says; OWN is what peer_convert.py made for
the peer. Rows are float32 arrays of numpy's, or what the peer prepares of them beforehand.
"""

import json
import sys
import time
from pathlib import Path

import numpy

from peer_forest import Forest, shap_dictionary

N_COLUMNS = 20
CHUNK_NS = 400_000


class Shap:
    """shap's own C code. Given a booster of XGBoost's it would call XGBoost instead."""

    def __init__(self, source, *_):
        import shap
        dictionary = shap_dictionary(Forest(source))
        self.explainer = shap.TreeExplainer(dictionary, feature_perturbation="tree_path_dependent")

    def shap_batch(self, rows):
        values = self.explainer.shap_values(rows, check_additivity=False)
        values = numpy.asarray(values).reshape(len(rows), N_COLUMNS)
        base = numpy.full((len(rows), 1), numpy.ravel(self.explainer.expected_value)[0])
        return numpy.hstack([values, base])

    shap_one = shap_batch


class FastTreeShap(Shap):
    """Its first algorithm. The second gives other numbers where values are missing."""

    def __init__(self, source, *_):
        import fasttreeshap
        dictionary = shap_dictionary(Forest(source))
        self.explainer = fasttreeshap.TreeExplainer(
            dictionary, feature_perturbation="tree_path_dependent", algorithm="v1",
            n_jobs=1)


class OneDal:
    """Intel's oneDAL through daal4py, of the booster."""

    def __init__(self, _, model, *__):
        import daal4py
        import xgboost
        daal4py.daalinit(nthreads=1)
        booster = xgboost.Booster(model_file=str(model))
        self.model = daal4py.mb.convert_model(booster)

    def score_batch(self, rows):
        probabilities = self.model.predict_proba(rows)[:, 1].astype(numpy.float64)
        return numpy.log(probabilities / (1 - probabilities))

    def shap_batch(self, rows):
        return self.model.predict(rows, pred_contribs=True)

    score_one = score_batch
    shap_one = shap_batch


class Lignum:
    """lignum's interpreter. It takes doubles."""

    def __init__(self, _, model, *__):
        import lignum
        self.model = lignum.load(model)

    def prepare(self, rows):
        return rows.astype(numpy.float64)

    def score_batch(self, rows):
        return self.model.predict(rows, raw_score=True, n_jobs=1)

    score_one = score_batch


class LignumCompiled(Lignum):
    def __init__(self, _, model, compiled):
        import lignum
        self.model = lignum.load(model, compiled=compiled)


PEERS = {
    "lignum": Lignum,
    "lignum-compiled": LignumCompiled,
    "onedal": OneDal,
    "shap": Shap,
    "fasttreeshap": FastTreeShap,
}


def thinned(numbers, most=101):
    """Quantiles, evenly picked."""
    rising = sorted(numbers)
    if len(rising) <= most:
        return rising
    return [rising[round(i * (len(rising) - 1) / (most - 1))] for i in range(most)]


class Runner:
    def __init__(self, peer, rows):
        self.peer = peer
        self.rows = peer.prepare(rows) if hasattr(peer, "prepare") else rows
        self.next = 0

    def unit(self, call, size):
        start = self.next * size % (len(self.rows) - size + 1)
        self.next += 1
        call(self.rows[start:start + size])

    def time(self, what, size, ms):
        call = getattr(self.peer, what, None)
        if call is None:
            return "none"
        unit_ns = self.clocked(call, size, 1)
        if unit_ns >= ms * 1e6:
            return json.dumps({"chunks": [unit_ns / size], "singles": []})
        end = time.monotonic_ns() + ms * 0.6e6
        units = max(1, round(CHUNK_NS / unit_ns))
        chunks = [self.clocked(call, size, units)]
        while time.monotonic_ns() < end:
            chunks.append(self.clocked(call, size, units))
        singles = []
        end = time.monotonic_ns() + ms * 0.3e6
        while what.endswith("_one") and time.monotonic_ns() < end:
            singles.append(self.clocked(call, size, 1))
        return json.dumps({"chunks": thinned(chunk / size for chunk in chunks),
                           "singles": thinned(singles)})

    def clocked(self, call, size, units):
        start = time.process_time_ns()
        for _ in range(units):
            self.unit(call, size)
        return (time.process_time_ns() - start) / units

    def write(self, what, n_rows, path):
        call = getattr(self.peer, what, None)
        if call is None:
            return "none"
        numpy.asarray(call(self.rows[:n_rows]), dtype=numpy.float32).tofile(path)
        return "ok"

    def obey(self, line, opened_ms):
        words = line.split()
        if words[0] == "open":
            return f"ok {opened_ms:.3f}"
        if words[0] == "time":
            return self.time(words[1], int(words[2]), float(words[3]))
        return self.write(words[1], int(words[2]), line.split(maxsplit=3)[3].strip())


def main(name, rows, source, model, own):
    start = time.process_time()
    peer = PEERS[name](Path(source), model, own)
    opened_ms = (time.process_time() - start) * 1000
    runner = Runner(peer, numpy.fromfile(rows, numpy.float32).reshape(-1, N_COLUMNS))
    for line in sys.stdin:
        print(runner.obey(line, opened_ms), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
