/* How good the model is: grades, calibration, ranking. */

/* Grades. */

function gradeChart(grades) {
  const top = Math.max(...grades.map((row) => row.high || row.rate || 0), 0.01);
  return (width) => plot(width, {
    height: 260, marginLeft: 44, marginTop: 24,
    x: { label: null, domain: grades.map((row) => row.grade) },
    y: { label: "convert", tickFormat: inPercent, grid: true, domain: [0, Math.min(1, 1.12 * top)], ticks: 5 },
    marks: [
      Plot.barY(grades, { x: "grade", y: "rate", fill: BLUE, insetLeft: 4, insetRight: 4 }),
      Plot.ruleX(grades, { x: "grade", y1: "low", y2: "high", stroke: "var(--ink)", strokeWidth: 1.5 }),
      Plot.text(grades, { x: "grade", y: (row) => row.high || row.rate, text: (row) => percent(row.rate, 1), dy: -9, fill: "var(--ink)" }),
      Plot.ruleY([0], { stroke: SOFT }),
    ],
  });
}

function showGrades(data) {
  const grades = items(data.metrics && data.metrics.grades).filter((row) => has(row.rate));
  if (grades.length === 0) {
    const { grades: least } = data.manifest || {};
    if (least) {
      const unit = data.model.engine === "gbdt" ? "probability" : "points";
      const show = (value) => (unit === "points" ? `${fixed(100 * value, 0)}` : percent(value));
      section("grades", "Grades", table("Where each grade begins", [["Grade"], [`From ${unit}`, true]],
        [...Object.entries(least).map(([grade, value]) => [grade, show(value)]), ["F", "below"]]));
    }
    return;
  }
  const [best] = grades;
  section("grades", "Grades",
    el("p", {}, `Of the leads graded ${best.grade}, ${percent(best.rate, 0)} converted; of all, `
      + `${percent(data.metrics.base_rate, 0)}.`),
    el("div", { class: "figures" }, figure({
      beside: true,
      title: "How many of each grade convert",
      about: "Bars are what was seen, lines its 95 % interval.",
      label: `Share that converts by grade: ${grades.map((row) => `${row.grade} ${percent(row.rate)}`).join(", ")}.`,
      draw: gradeChart(grades),
      numbers: table("Grades of the measured rows", [["Grade"], ["From", true], ["Rows", true],
        ["Share", true], ["Convert", true], ["95 % interval", true]],
      grades.map((row) => [row.grade, percent(row.least_probability), count(row.n_rows), percent(row.share),
        percent(row.rate), percents(row)])),
    })));
}

/* Calibration. */

function calibrationChart(bins) {
  const to = Math.min(1, 1.05 * Math.max(...bins.map((bin) => Math.max(bin.high, bin.mean_high || 0, bin.mean_predicted))));
  return (width) => plot(width, {
    height: square(width), marginLeft: 44, marginRight: 12,
    x: { label: "predicted", tickFormat: inPercent, domain: [0, to], grid: true, ticks: 6 },
    y: { label: "converted", tickFormat: inPercent, domain: [0, to], grid: true, ticks: 6 },
    marks: [
      diagonal(to),
      Plot.ruleX(bins, { x: "mean_predicted", y1: "low", y2: "high", stroke: BLUE, strokeWidth: 1.5 }),
      Plot.ruleY(bins.filter((bin) => has(bin.mean_low)), { y: "observed", x1: "mean_low", x2: "mean_high", stroke: ORANGE, strokeWidth: 1.5 }),
      Plot.dot(bins, { x: "mean_predicted", y: "observed", r: 4.5, fill: BLUE, tip: true,
        title: (bin) => `predicted ${percent(bin.mean_predicted)}\nconverted ${percent(bin.observed)} (${percents(bin)})\n${count(bin.n_rows)} rows` }),
    ],
  });
}

function showCalibration(data) {
  const bins = items(data.metrics && data.metrics.calibration_bins);
  if (bins.length === 0) {
    return;
  }
  const { ece } = data.metrics;
  const owns = bins.some((bin) => has(bin.mean_low));
  section("calibration", "Calibration",
    el("p", {}, "Whether leads with a probability of 30 % convert in 30 of 100 cases. Points on the dashed line mean that they do",
      ece ? `; on average they are off by ${fixed(100 * ece.value, 1)} points.` : "."),
    el("div", { class: "figures" }, figure({
      beside: true,
      title: "Predicted and converted",
      about: "Ten groups of rows, from the least to the most likely.",
      label: `Calibration plot. ${bins.map((bin) => `Predicted ${percent(bin.mean_predicted)}, converted ${percent(bin.observed)}`).join("; ")}.`,
      key: [["what was seen, 95 % interval", BLUE], ...(owns ? [["the model's own interval, mean", ORANGE]] : [])],
      draw: calibrationChart(bins),
      numbers: table("Calibration by groups of equal size", [["Probability"], ["Predicted", true], ["Converted", true],
        ["95 % interval", true], ...(owns ? [["Own interval", true]] : []), ["Rows", true]],
      bins.map((bin) => [percents({ low: bin.from, high: bin.to }), percent(bin.mean_predicted), percent(bin.observed),
        percents(bin), ...(owns ? [percents({ low: bin.mean_low, high: bin.mean_high })] : []), count(bin.n_rows)])),
    })));
}

/* Ranking: ROC, precision and recall, lift and gain, the classes' scores. */

const pairs = (curve, x, y) =>
  items(curve && curve[x]).map((value, i) => ({ x: value, y: items(curve[y])[i] })).filter((at) => has(at.x) && has(at.y));

const every = (points, n) => points.filter((point, i) => i % n === 0 || i === points.length - 1);

function curveChart(points, xLabel, yLabel, others) {
  return (width) => plot(width, {
    height: square(width), marginLeft: 44, marginRight: 12,
    x: { label: xLabel, tickFormat: inPercent, domain: [0, 1], grid: true, ticks: 5 },
    y: { label: yLabel, tickFormat: inPercent, domain: [0, 1], grid: true, ticks: 5 },
    marks: [
      others,
      Plot.line(points, { x: "x", y: "y", stroke: BLUE, strokeWidth: 2 }),
      Plot.tip(points, Plot.pointer({ x: "x", y: "y", title: (at) => `${xLabel} ${percent(at.x)}\n${yLabel} ${percent(at.y)}` })),
    ],
  });
}

function rocFigure(metrics) {
  const points = pairs(metrics.roc, "false_positive_rate", "true_positive_rate");
  return points.length > 1 && figure({
    title: `ROC curve, area ${fixed(metrics.roc_auc.value, 3)}`,
    about: "Of two leads, one that converts and one that does not, the area is the chance that the first is ranked higher.",
    label: `ROC curve with an area of ${fixed(metrics.roc_auc.value, 3)}, 95 % interval ${range(metrics.roc_auc, (value) => fixed(value, 3))}. The diagonal is chance.`,
    draw: curveChart(points, "others above", "converted above", diagonal(1)),
    numbers: table("Points of the ROC curve", [["Share of the others", true], ["Share of those that convert", true]],
      every(points, 8).map((at) => [percent(at.x), percent(at.y)])),
  });
}

function precisionFigure(metrics) {
  const points = pairs(metrics.pr, "recall", "precision");
  return points.length > 1 && figure({
    title: `Precision and recall, average precision ${fixed(metrics.pr_auc.value, 3)}`,
    about: "Working down the list: how many of the leads taken so far convert. The dashed line is the share of all.",
    label: `Precision by recall with an average precision of ${fixed(metrics.pr_auc.value, 3)}; ${percent(metrics.base_rate)} of all convert.`,
    draw: curveChart(points, "share of conversions found", "of those taken convert",
      Plot.ruleY([metrics.base_rate], { stroke: SOFT, strokeDasharray: "4 4" })),
    numbers: table("Points of the curve", [["Recall", true], ["Precision", true]],
      every(points, 8).map((at) => [percent(at.x), percent(at.y)])),
  });
}

const tenth = (decile, i) => ({ ...decile, name: String(i + 1), lift: decile.lift || {}, gain: decile.gain || {}, rate: decile.rate || {} });

const decileTable = (deciles) => table("Tenths of the leads, the best first", [["Tenth"], ["From probability", true], ["Convert", true],
  ["Lift", true], ["95 % interval", true], ["Conversions found so far", true], ["95 % interval", true]],
deciles.map((row) => [row.name, percent(row.least), percent(row.rate.value), fixed(row.lift.value, 2),
  range(row.lift, (value) => fixed(value, 2)), percent(row.gain.value), percents(row.gain)]));

function liftFigure(deciles) {
  const top = 1.1 * Math.max(1, ...deciles.map((row) => row.lift.high || row.lift.value || 0));
  return figure({
    title: "Lift by tenths",
    about: "How many times as often each tenth converts as leads do on average, the best tenth first.",
    label: `Lift by tenths: ${deciles.map((row) => fixed(row.lift.value, 1)).join(", ")}.`,
    draw: (width) => plot(width, {
      height: 260, marginLeft: 36,
      x: { label: "tenth of the leads", domain: deciles.map((row) => row.name) },
      y: { label: "lift", grid: true, domain: [0, top], ticks: 5 },
      marks: [
        Plot.barY(deciles, { x: "name", y: (row) => row.lift.value, fill: BLUE, insetLeft: 2, insetRight: 2, tip: true,
          title: (row) => `tenth ${row.name}\nlift ${fixed(row.lift.value, 2)} (${range(row.lift, (value) => fixed(value, 2))})\n${percent(row.rate.value)} convert` }),
        Plot.ruleX(deciles, { x: "name", y1: (row) => row.lift.low, y2: (row) => row.lift.high, stroke: "var(--ink)", strokeWidth: 1.5 }),
        Plot.ruleY([1], { stroke: ORANGE, strokeDasharray: "4 4" }),
        Plot.ruleY([0], { stroke: SOFT }),
      ],
    }),
    key: [["lift, 95 % interval", BLUE], ["average", ORANGE]],
    numbers: decileTable(deciles),
  });
}

function gainFigure(deciles) {
  const points = [{ share: 0, gain: { value: 0, low: 0, high: 0 } }, ...deciles];
  const find = deciles.find((row) => row.share > 0.19 && row.share < 0.21);
  return figure({
    title: "Gain",
    about: find ? `The best fifth of the leads holds ${percent(find.gain.value, 0)} of the conversions.` : "Conversions found when the best leads are worked first.",
    label: `Share of conversions found by share of leads worked: ${deciles.map((row) => `${percent(row.share, 0)} finds ${percent(row.gain.value, 0)}`).join(", ")}.`,
    draw: (width) => plot(width, {
      height: 260, marginLeft: 44, marginRight: 12,
      x: { label: "leads worked, best first", tickFormat: inPercent, domain: [0, 1], grid: true, ticks: 5 },
      y: { label: "conversions found", tickFormat: inPercent, domain: [0, 1], grid: true, ticks: 5 },
      marks: [
        diagonal(1),
        Plot.areaY(points, { x: "share", y1: (row) => row.gain.low, y2: (row) => row.gain.high, fill: BLUE, fillOpacity: 0.15 }),
        Plot.line(points, { x: "share", y: (row) => row.gain.value, stroke: BLUE, strokeWidth: 2 }),
        Plot.dot(points, { x: "share", y: (row) => row.gain.value, fill: BLUE, r: 3, tip: true,
          title: (row) => `${percent(row.share, 0)} of the leads\n${percent(row.gain.value)} of the conversions (${percents(row.gain)})` }),
      ],
    }),
    key: [["conversions found, 95 % interval", BLUE], ["leads taken by chance", SOFT]],
    numbers: decileTable(deciles),
  });
}

function histogramFigure(histogram) {
  const { edges } = histogram;
  const bars = ["converted", "others"].flatMap((who) => items(histogram[who]).map((share, i) =>
    ({ who: who === "converted" ? "convert" : "do not", from: edges[i], to: edges[i + 1], share })));
  const last = Math.max(0.1, ...bars.filter((bar) => bar.share > 0).map((bar) => bar.to));
  const rows = items(histogram.converted).map((share, i) => [i, share, items(histogram.others)[i]])
    .filter(([, converted, others]) => converted > 0 || others > 0);
  return figure({
    wide: true,
    title: "Probabilities of those that convert, and of the others",
    about: "The further apart the two are, the better the model tells leads apart.",
    label: "Two histograms of the predicted probability, of rows that converted and of the others, on one scale.",
    key: [["convert", ORANGE], ["do not", BLUE]],
    draw: (width) => plot(width, {
      height: 300, marginLeft: 44, marginRight: 48,
      x: { label: "predicted probability", tickFormat: inPercent, domain: [0, last], ticks: 6 },
      y: { label: "share", tickFormat: inPercent, grid: true, ticks: 3 },
      fy: { label: null, domain: ["convert", "do not"], padding: 0.15 },
      marks: [
        Plot.rectY(bars.filter((bar) => bar.from < last), { fy: "who", x1: "from", x2: "to", y: "share", fill: (bar) => (bar.who === "convert" ? ORANGE : BLUE), insetLeft: 0.5, insetRight: 0.5 }),
        Plot.ruleY([0], { stroke: SOFT }),
      ],
      color: { type: "identity" },
    }),
    numbers: table("Share of each class by probability", [["Probability"], ["Of those that convert", true], ["Of the others", true]],
      rows.map(([i, converted, others]) => [`${percent(edges[i], 0)} to ${percent(edges[i + 1], 0)}`, percent(converted), percent(others)])),
  });
}

function showRanking(data) {
  const { metrics } = data;
  if (!metrics || !metrics.roc_auc) {
    return;
  }
  const deciles = items(metrics.deciles).map(tenth);
  const figures = [
    rocFigure(metrics), metrics.pr_auc && precisionFigure(metrics),
    deciles.length > 0 && liftFigure(deciles), deciles.length > 0 && gainFigure(deciles),
    metrics.histogram && histogramFigure(metrics.histogram),
  ].filter(Boolean);
  section("ranking", "Ranking", el("p", {}, `Of 100 pairs of a lead that converts and one that does not, it ranks the first `
    + `higher in ${fixed(100 * metrics.roc_auc.value, 0)} (${range(metrics.roc_auc, (value) => fixed(100 * value, 0))}).`),
  figures.length > 0 && el("div", { class: "figures" }, figures));
}
