/* What the model makes of its features, and how it fares in segments. */

const MOST_IMPORTANT = 15;
const MOST_DEPENDENCE = 12;
const MOST_SEGMENTS = 6;

/* Features. */

function importances(data) {
  const learned = items(data.reference && data.reference.dependence).filter((item) => has(item.importance));
  if (learned.length > 0) {
    return { rows: learned.map((item) => ({ name: item.feature, group: item.group, value: item.importance })),
      unit: "mean effect on the log-odds", show: short };
  }
  const gains = items(data.metrics && data.metrics.top_features);
  return { rows: gains.map((item) => ({ name: item.feature, value: item.gain_share })), unit: "share of what the splits gain", show: percent };
}

const widest = (texts, most) => Math.min(most, 14 + 6.6 * Math.max(...texts.map((text) => text.length)));
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}\u2026` : text);

function importanceFigure({ rows, unit, show }) {
  const shown = rows.slice(0, MOST_IMPORTANT);
  return figure({
    wide: true,
    title: "What it leans on",
    about: `Features by their ${unit}.`,
    label: `The features by importance: ${shown.slice(0, 5).map((row) => words(row.name)).join(", ")}, and others.`,
    draw: (width) => plot(width, {
      height: 64 + 24 * shown.length, marginLeft: widest(shown.map((row) => row.name), 0.45 * width), marginRight: 40,
      x: { label: unit, grid: true, ticks: 4 },
      y: { label: null, domain: shown.map((row) => row.name), tickSize: 0, tickFormat: (name) => cut(name, Math.floor(0.45 * width / 6.6)) },
      marks: [
        Plot.barX(shown, { y: "name", x: "value", fill: BLUE, insetTop: 3, insetBottom: 3 }),
        Plot.text(shown, { y: "name", x: "value", text: (row) => show(row.value), dx: 4, textAnchor: "start", fill: "var(--ink)" }),
      ],
    }),
    numbers: table("All features that the model uses", [["Feature"], ["Group"], [unit, true]],
      rows.map((row) => [row.name, row.group || NONE, show(row.value)])),
  });
}

function binName(bin) {
  if (bin.missing) {
    return "missing";
  }
  if (bin.rest) {
    return "other";
  }
  if (typeof bin.level === "string") {
    return bin.level === "" ? "(empty)" : bin.level;
  }
  if (has(bin.from) && has(bin.to)) {
    return `${short(bin.from)} to ${short(bin.to)}`;
  }
  return has(bin.to) ? `to ${short(bin.to)}` : has(bin.from) ? `over ${short(bin.from)}` : "any";
}

/** Odds that are told apart by eye, as marks of an axis in log-odds. */
function oddsTicks(reach) {
  const odds = reach > 2.5 ? [0.05, 0.2, 1, 5, 20] : reach > 1 ? [0.1, 0.25, 0.5, 1, 2, 4, 10] : reach > 0.4
    ? [0.4, 0.6, 0.8, 1, 1.25, 1.6, 2.5] : [0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.4];
  return odds.map(Math.log).filter((value) => Math.abs(value) <= reach);
}

function dependenceFigure(item, reach) {
  const bins = item.bins.map((bin, i) => ({ ...bin, key: String(i), name: binName(bin) }));
  const name = new Map(bins.map((bin) => [bin.key, bin.name]));
  const longest = Math.max(...bins.map((bin) => bin.name.length));
  return figure({
    title: item.feature,
    label: `Effect of ${words(item.feature)} on the odds: ${bins.map((bin) => `${bin.name}, times ${fixed(Math.exp(bin.contribution), 2)}`).join("; ")}.`,
    draw: (width) => plot(width, {
      height: 46 + 22 * bins.length, marginLeft: Math.min(0.42 * width, 14 + 6.6 * longest), marginRight: 44, marginTop: 4,
      x: { label: "times the odds", domain: [-reach, reach], ticks: oddsTicks(reach), tickFormat: (value) => String(Number(Math.exp(value).toPrecision(3))), grid: true },
      y: { label: null, domain: bins.map((bin) => bin.key), tickSize: 0, tickFormat: (key) => cut(name.get(key), Math.floor(0.42 * width / 6.6)) },
      marks: [
        Plot.barX(bins, { y: "key", x: "contribution", fill: (bin) => (bin.contribution >= 0 ? BLUE : ORANGE), insetTop: 3, insetBottom: 3, tip: true,
          title: (bin) => `${bin.name}\ntimes the odds ${fixed(Math.exp(bin.contribution), 2)}\n${percent(bin.share)} of the leads\n${percent(bin.observed)} convert` }),
        Plot.ruleX([0], { stroke: SOFT }),
      ],
      color: { type: "identity" },
    }),
    numbers: table(`${item.feature}: what its values do`, [["Value"], ["Share of leads", true], ["Times the odds", true], ["Predicted", true],
      ["Convert", true], ["95 % interval", true]],
    bins.map((bin) => [bin.name, percent(bin.share), fixed(Math.exp(bin.contribution), 2), percent(bin.predicted), percent(bin.observed), percents(bin)])),
  });
}

const drawn = (data) => items(data.reference && data.reference.dependence)
  .filter((item) => items(item.bins).length > 1 && item.bins.every((bin) => has(bin.contribution)));

function showFeatures(data) {
  const found = importances(data);
  const dependence = drawn(data).slice(0, MOST_DEPENDENCE);
  if (found.rows.length === 0) {
    return;
  }
  const reach = 1.05 * Math.max(0.2, ...dependence.flatMap((item) => item.bins.map((bin) => Math.abs(bin.contribution))));
  section("features", "Features",
    el("div", { class: "figures" }, importanceFigure(found)),
    dependence.length > 0 && [
      el("p", {}, "How the values of the most important features move the odds that a lead converts, all else as it comes: right of 1 "
        + "raises them, left of it lowers them. These are means over many leads of what the model makes of each, not proof of a cause."),
      el("div", { class: "figures small" }, dependence.map((item) => dependenceFigure(item, reach)))]);
}

/* Segments. */

function segmentFigure(item) {
  const bins = item.bins.filter((bin) => has(bin.observed) && has(bin.predicted))
    .map((bin, i) => ({ ...bin, key: String(i), name: binName(bin) }));
  const name = new Map(bins.map((bin) => [bin.key, bin.name]));
  const longest = Math.max(...bins.map((bin) => bin.name.length));
  const top = Math.min(1, 1.05 * Math.max(...bins.map((bin) => Math.max(bin.high, bin.predicted))));
  return bins.length > 1 && figure({
    title: item.feature,
    label: `Predicted and converted by ${words(item.feature)}: ${bins.map((bin) => `${bin.name}, predicted ${percent(bin.predicted)}, converted ${percent(bin.observed)}`).join("; ")}.`,
    key: [["converted, 95 % interval", BLUE], ["predicted", ORANGE]],
    draw: (width) => plot(width, {
      height: 46 + 26 * bins.length, marginLeft: Math.min(0.42 * width, 14 + 6.6 * longest), marginRight: 16, marginTop: 4,
      x: { label: "share that converts", tickFormat: inPercent, domain: [0, top], grid: true, ticks: 5 },
      y: { label: null, type: "point", domain: bins.map((bin) => bin.key), tickSize: 0, tickFormat: (key) => cut(name.get(key), Math.floor(0.42 * width / 6.6)) },
      marks: [
        Plot.ruleY(bins, { y: "key", x1: "low", x2: "high", stroke: BLUE, strokeWidth: 1.5 }),
        Plot.dot(bins, { y: "key", x: "observed", fill: BLUE, r: 4 }),
        Plot.dot(bins, { y: "key", x: "predicted", symbol: "diamond", stroke: ORANGE, strokeWidth: 2, fill: "var(--card)", r: 4.5, tip: true,
          title: (bin) => `${bin.name}\npredicted ${percent(bin.predicted)}\nconverted ${percent(bin.observed)} (${percents(bin)})` }),
      ],
    }),
    numbers: table(`Predicted and converted by ${item.feature}`, [["Segment"], ["Rows", true], ["Predicted", true], ["Converted", true], ["95 % interval", true]],
      bins.map((bin) => [bin.name, count(bin.n_rows), percent(bin.predicted), percent(bin.observed), percents(bin)])),
  });
}

function showSegments(data) {
  const figures = drawn(data).filter((item) => item.bins.some((bin) => typeof bin.level === "string")).slice(0, MOST_SEGMENTS)
    .map(segmentFigure).filter(Boolean);
  if (figures.length > 0) {
    section("segments", "Segments",
      el("p", {}, "Whether probabilities also hold within segments of the leads: the mean prediction should lie within the interval of what was seen."),
      el("div", { class: "figures" }, figures));
  }
}

/* Points of a scorecard. */

function condition(rule) {
  const parts = [];
  if (rule.level !== undefined) {
    parts.push(`is ${rule.level}`);
  }
  if (has(rule.least)) {
    parts.push(`at least ${short(rule.least)}`);
  }
  if (has(rule.most)) {
    parts.push(`at most ${short(rule.most)}`);
  }
  return parts.length > 0 ? parts.join(", ") : rule.per === "unit" ? "each unit" : "there";
}

function showPoints(data) {
  const rules = items(data.scorecard && data.scorecard.rules);
  if (rules.length === 0) {
    return;
  }
  const { group_caps: caps } = data.scorecard;
  section("points", "Points",
    table("How points are counted", [["Feature"], ["When"], ["Points", true], ["At most", true]],
      rules.map((rule) => [rule.feature, condition(rule), short(rule.points), short(rule.cap)])),
    caps && el("p", {}, `At most ${Object.entries(caps).map(([group, cap]) => `${short(cap)} points for ${group}`).join(", ")}.`));
}
