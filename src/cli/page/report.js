/* The page as a whole: its head, the sections that are words and tables, and their order. */

/* What it is, and how good in a few numbers. */

const gradeOf = (data, letter) => items(data.metrics && data.metrics.grades).find((row) => row.grade === letter);

function kindOf(model) {
  const kind = model.engine === "gbdt" ? "boosted trees" : "a scorecard of points";
  return `Version ${model.version}: ${kind}, ${model.model_type}, ${count(model.n_features)} features`;
}

function tile(name, value, beside) {
  return el("div", { class: "tile" }, el("dt", {}, name), el("dd", {}, value), beside && el("dd", {}, beside));
}

function tiles(data) {
  const { metrics } = data;
  if (!metrics) {
    return null;
  }
  const best = gradeOf(data, "A");
  return el("dl", { class: "tiles" },
    metrics.roc_auc && tile("ROC AUC", fixed(metrics.roc_auc.value, 3),
      range(metrics.roc_auc, (value) => fixed(value, 3))),
    best && has(best.rate) && tile("Grade A converts", percent(best.rate, 0),
      range(best, (value) => percent(value, 0))),
    has(metrics.base_rate) && tile("All leads convert", percent(metrics.base_rate),
      `${count(metrics.n_positive)} of ${count(metrics.n_rows)} rows`),
    metrics.ece && tile("Calibration error", percent(metrics.ece.value), percents(metrics.ece)),
    metrics.lift_10 && tile("Lift of the best tenth", `\u00d7 ${fixed(metrics.lift_10.value, 1)}`,
      range(metrics.lift_10, (value) => fixed(value, 1))));
}

function head(data) {
  const { model } = data;
  document.title = `${model.name}, version ${model.version}: model report`;
  document.getElementById("top").append(
    el("h1", {}, model.name),
    el("p", { class: "lead" }, kindOf(model), " ",
      model.gate_passed ? mark("good", "gate passed") : mark("bad", "gate failed")),
    data.metrics ? tiles(data) : el("p", { class: "notice" }, model.engine === "gbdt"
      ? "This model was made elsewhere and imported. What it is worth was not measured here, so this report has "
        + "no metrics, charts or reference. leadscore evaluate measures it on leads whose outcome is known."
      : "This model counts points that people chose. It was not learned from outcomes, so there is nothing to "
        + "measure it by here. leadscore evaluate measures it on leads whose outcome is known."));
  if (data.metrics && data.metrics.validation) {
    const { measured_on: on } = data.metrics.validation;
    const { n_positive: converted, n_rows: all, base_rate: share } = data.metrics;
    const weighted = Math.abs(share * all - converted) > 1e-6 * all;
    document.getElementById("top").append(el("p", { class: "lead" },
      `Measured on ${on || "rows"} that the model had not seen; the ranges are 95 % intervals.`,
      weighted && " Shares are of weighted rows: each stands for several times at which its lead could be scored."));
  }
}

/* The gate, leaks, data, metrics. */

function showGate(data) {
  const { gate } = data.manifest || {};
  const reason = (text) => {
    const [, verdict, rest] = /^(passed|failed): (.*)$/s.exec(text) || [null, null, text];
    return el("li", {}, verdict && mark(verdict === "passed" ? "good" : "bad", verdict), el("span", {}, rest));
  };
  if (gate) {
    section("gate", "Gate", el("p", {}, gate.passed
      ? "It may be put to use: every check of the gate passed."
      : "A check of the gate failed. It should not be put to use; scoring with it warns."),
    el("ul", { class: "reasons" }, items(gate.reasons).map(reason)));
  }
}

function showLeaks(data) {
  if (!data.metrics || !Array.isArray(data.metrics.leaks)) {
    return;
  }
  const { leaks } = data.metrics;
  section("leaks", "Possible leaks", leaks.length === 0
    ? el("p", {}, "No column looked as if it knew the outcome beforehand.")
    : [el("p", {}, "These columns look as if they knew the outcome beforehand. Where that is so, the model is worth less than its metrics say."),
      table("Columns that may leak", [["Column"], ["Why"], ["Used"]],
        leaks.map((leak) => [leak.column, leak.reason, leak.dropped ? "left out" : "used"]))]);
}

const METRICS = [
  ["roc_auc", "ROC AUC", "chance that a lead that converts ranks above another; .5 is a coin"],
  ["pr_auc", "PR AUC", "average precision; the share that converts is what chance gives"],
  ["log_loss", "Log loss", "mean surprise; lower is better"],
  ["brier", "Brier score", "mean squared error; lower is better"],
  ["brier_reliability", "\u2026 reliability", "part that better calibration would take away"],
  ["brier_resolution", "\u2026 resolution", "how far predictions tell leads apart; higher is better"],
  ["brier_uncertainty", "\u2026 uncertainty", "of the data: what no knowledge of a lead would leave"],
  ["ece", "Calibration error", "mean distance of predicted and seen; its interval is an upper bound"],
  ["ks", "KS distance", "largest distance between the classes"],
  ["lift_10", "Lift of the best tenth", "times the average"],
];

function showData(data) {
  const { metrics, manifest } = data;
  if (!metrics) {
    return;
  }
  const training = metrics.training || {};
  const validation = metrics.validation || {};
  const rows = METRICS.filter(([key]) => metrics[key] && has(metrics[key].value))
    .map(([key, name, about]) => [name, fixed(metrics[key].value, 4), range(metrics[key], (value) => fixed(value, 4)), about]);
  section("data", "Data and metrics",
    facts([
      ["Trained on", `${count(training.n_rows)} rows of ${count(training.n_leads)} leads, ${count(training.n_converted_leads)} of which converted`],
      ["Time of the data", training.window_from ? `${day(training.window_from)} to ${day(training.window_to)}` : "a table without times"],
      ["Measured on", `${count(metrics.n_rows)} ${validation.measured_on || "rows"}, ${count(metrics.n_positive)} of which converted`],
      ["Learned", training.learner === "additive" ? "an additive model: one function of each column, summed" : training.learner],
      ["Split", validation.split_at ? `measured from ${day(validation.split_at)} on` : null],
      ["Folds", has(validation.folds) ? `${count(validation.folds)}; ROC AUC ${items(validation.fold_roc_auc).map((auc) => fixed(auc, 3)).join(", ")}` : null],
      ...items(metrics.validations).map((seen) => [`${count(seen.repeats)} \u00d7 ${count(seen.folds)} folds`,
        `${count(seen.n_rows)} ${seen.measured_on}: ROC AUC ${fixed(seen.roc_auc.value, 4)} (${range(seen.roc_auc, (value) => fixed(value, 4))}), `
        + `log loss ${fixed(seen.log_loss.value, 4)} (${range(seen.log_loss, (value) => fixed(value, 4))})`]),
      ["Shipped", validation.procedure === "refit" ? "a refit on all rows: the metrics are those of the procedure" : validation.procedure],
      ["Left out", has(training.n_leads_censored) ? `${count(training.n_leads_censored)} leads whose outcome was not known yet, `
        + `${count(training.n_leads_undated)} with an unknown time, ${count(training.n_leads_unlabelled)} without a label` : null],
      ["Made", manifest && manifest.created ? manifest.created : null],
    ]),
    table("Metrics of rows that the model had not seen", [["Metric"], ["Value", true], ["95 % interval", true], ["What it says"]], rows));
}

/* The reference for drift, what the bundle holds. */

function showReference(data) {
  const columns = items(data.reference && data.reference.columns);
  if (columns.length === 0) {
    return;
  }
  const row = (column) => [column.name, percent(column.missing), count(items(column.shares).length),
    items(column.edges).length > 0 ? `${short(column.edges[0])} to ${short(column.edges[column.edges.length - 1])}` : NONE, short(column.n_effective)];
  section("reference", "Reference for drift",
    el("p", {}, "How leads were when the model was trained. ", el("code", {}, "leadscore drift"),
      " compares later leads with this, and says whether the model still holds."),
    fold(`${count(columns.length)} columns`, table("Columns of the measured rows", [["Column"], ["Missing", true], ["Bins", true], ["Between", true], ["Rows behind it", true]],
      columns.map(row))));
}

function showBundle(data) {
  const { model, manifest } = data;
  const groups = new Map();
  for (const feature of items(data.features)) {
    groups.set(feature.group, [...(groups.get(feature.group) || []), feature.name]);
  }
  const signature = model.signed_by ? `good, by the trusted key ${model.signed_by}`
    : model.claimed_key ? `not checked; it names the key ${model.claimed_key}` : "none";
  section("model", "Model",
    facts([
      ["Name", `${model.name}, version ${model.version}`],
      ["Made of", model.engine === "gbdt" ? `${count(model.n_trees)} trees of ${count(model.n_nodes)} nodes, at most ${count(model.max_depth)} deep` : "points"],
      ["Calibrated", model.calibrated ? "yes" : model.engine === "gbdt" ? "no: probabilities are the model's own" : "no: points only"],
      ["SHA-256", el("code", {}, model.sha256)],
      ["Signature", signature],
      ["Self-test", model.self_test ? "passed: its golden scores are the same here, bit for bit" : null],
      ["Trained by", manifest && manifest.library_version ? `leadscore ${manifest.library_version}` : null],
      ["This report by", `leadscore ${data.library_version}`],
    ]),
    fold("Features by group", facts([...groups].map(([group, names]) => [group, names.join(", ")]))),
    fold("Files of the bundle", table("Files of the bundle", [["File"], ["Bytes", true], ["SHA-256"]],
      items(manifest && manifest.members).map((member) => [member.name, count(member.size), el("code", {}, member.sha256)]))),
    typeof data.card === "string" && fold("Model card", el("pre", { tabindex: "0" }, data.card)));
}

/* All of it. */

function show(data) {
  head(data);
  for (const part of [showGrades, showCalibration, showRanking, showFeatures, showPoints, showSegments, showGate, showLeaks,
    showData, showReference, showBundle]) {
    part(data);
  }
  document.getElementById("contents").append(links);
  drawAll();
  new ResizeObserver(drawAll).observe(main);
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("figure details")) {
      details.open = true;
    }
  });
}

try {
  show(JSON.parse(document.getElementById("data").textContent));
} catch (fault) {
  main.prepend(el("p", { class: "notice bad", role: "alert" },
    `The report cannot be shown: ${fault.message}. leadscore inspect prints what the model holds.`));
  throw fault;
}
