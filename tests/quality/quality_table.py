"""What bench_quality.py runs with the peers' Python: predictions of all contestants on the same
folds, and the table of their metrics.

Predictions are kept in OUT, a file for each data set, contestant and way; what is there is not made
again, but for ours.
"""

import json
import os
import time
from concurrent.futures import ProcessPoolExecutor

import numpy
from sklearn.metrics import log_loss, roc_auc_score

import quality_arguments
import quality_data
import quality_ours
import quality_peers

MODES = ["defaults", "searched"]
BINS = 10


def calibration_error(labels, probabilities):
    """As docs/metrics.md has it: ten bins of equal weight by rank."""
    order = numpy.argsort(probabilities, kind="stable")
    bins = numpy.array_split(order, BINS)
    return sum(abs((labels[rows] - probabilities[rows]).sum()) for rows in bins) / len(labels)


def measure(data, probabilities):
    labels = data.labels
    folds = [roc_auc_score(labels[test], probabilities[test]) for _, test in data.folds]
    return {"roc_auc": float(numpy.mean(folds)),
            "log_loss": float(log_loss(labels, probabilities)),
            "brier": float(numpy.mean((probabilities - labels) ** 2)),
            "ece": float(calibration_error(labels, probabilities))}


def make(job):
    """A peer's predictions, kept in a file."""
    arguments, name, peer, mode = job
    kept = arguments.out / f"{name}.{peer}.{mode}.json"
    if not kept.exists():
        start = time.monotonic()
        data = quality_data.load(name, arguments)
        predicted, parameters = quality_peers.predict(peer, mode, data, kept.with_suffix(".trials"))
        version = quality_peers.PEERS[peer].version
        document = {"version": version, "parameters": parameters, "probabilities": predicted.tolist()}
        partial = kept.with_suffix(".partial")
        partial.write_text(json.dumps(document))
        partial.rename(kept)
        print(f"{name}: {peer} {version}, {mode}: {time.monotonic() - start:.0f} s", flush=True)
    return name, peer, mode, json.loads(kept.read_text())


def peers_results(arguments, names):
    """Searches come first, since they take longest."""
    work = [(arguments, name, peer, mode) for mode in reversed(MODES) for name in names
            for peer in quality_peers.PEERS]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        return list(pool.map(make, work))


def shown(rows):
    lines = [f"{'':34}{'ROC AUC':>9}{'log loss':>10}{'Brier':>9}{'ECE':>9}"]
    for row in rows:
        lines.append(f"{row['name']:34}{row['roc_auc']:9.4f}{row['log_loss']:10.4f}"
                     f"{row['brier']:9.4f}{row['ece']:9.4f}")
    return "\n".join(lines)


def measure_all(arguments, name, results):
    """A row of the table for each of ours and of the peers."""
    data = quality_data.load(name, arguments)
    rows = []
    for effort in arguments.efforts:
        predicted, seconds = quality_ours.predict(arguments, effort, data)
        rows.append({"name": f"leadscore train, {effort}", "seconds": round(seconds, 1),
                     **measure(data, predicted)})
    for at, peer, mode, kept in results:
        if at == name:
            rows.append({"name": f"{peer} {kept['version']}, {mode}",
                         "parameters": kept["parameters"],
                         **measure(data, numpy.array(kept["probabilities"]))})
    quick = quality_ours.quick_seconds(arguments, data)
    print(f"\n{name}: {len(data.labels)} rows, {data.labels.mean():.1%} positive\n" + shown(rows),
          f"--effort quick: {quick['processor']:.1f} s of processor time, {quick['xgboost']:.1f} s of it "
          f"in XGBoost, x {quick['ratio']:.2f}; with all processors {quick['wall']:.1f} s on the wall, "
          f"x {quick['wall_ratio']:.2f}", sep="\n", flush=True)
    return {"rows": rows, "quick": quick}


def markdown(document):
    """The tables of docs/quality.md."""
    lines = []
    for name, found in document.items():
        lines += [f"### {name}", "", "| | ROC AUC | log loss | Brier | ECE |", "|---|---|---|---|---|"]
        lines += [f"| {row['name']} | {row['roc_auc']:.4f} | {row['log_loss']:.4f} | "
                  f"{row['brier']:.4f} | {row['ece']:.4f} |" for row in found["rows"]]
        lines.append("")
    return "\n".join(lines)


def main():
    arguments = quality_arguments.parse(__doc__)
    os.environ["OMP_NUM_THREADS"] = "1"
    names = arguments.only or list(quality_data.DATA)
    results = peers_results(arguments, names)
    document = {name: measure_all(arguments, name, results) for name in names}
    arguments.out.with_suffix(".json").write_text(json.dumps(document, indent=2) + "\n")
    arguments.out.with_suffix(".md").write_text(markdown(document))


if __name__ == "__main__":
    main()
