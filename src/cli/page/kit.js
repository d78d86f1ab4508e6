/* Numbers, elements, tables and charts of the page. Text of the model reaches the page as text nodes and
   attributes only, never as markup. */

const NONE = "\u2013";

/* Text and numbers. */

const has = (value) => typeof value === "number" && Number.isFinite(value);
const fixed = (value, digits) => (has(value) ? value.toFixed(digits) : NONE);
const count = (value) => (has(value) ? value.toLocaleString("en") : NONE);
const percent = (value, digits = 1) => (has(value) ? `${(100 * value).toFixed(digits)} %` : NONE);
const percents = (estimate) => (estimate && has(estimate.low) && has(estimate.high)
  ? `${(100 * estimate.low).toFixed(1)} to ${percent(estimate.high)}` : NONE);
const range = (estimate, show) =>
  estimate && has(estimate.low) && has(estimate.high)
    ? `${show(estimate.low)} to ${show(estimate.high)}` : NONE;
const short = (value) => (has(value) ? value.toLocaleString("en", { maximumSignificantDigits: 3,
  notation: Math.abs(value) >= 1e4 ? "compact" : "standard", useGrouping: false }) : NONE);
const items = (value) => (Array.isArray(value) ? value : []);
const words = (name) => String(name).replaceAll("_", " ");
const day = (time) => (typeof time === "string" ? time.slice(0, 10) : NONE);

/* Elements. */

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    made.setAttribute(key, value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      made.append(child instanceof Node ? child : String(child));
    }
  }
  return made;
}

const mark = (kind, text) => el("span", { class: `mark ${kind}` }, text);

function facts(pairs) {
  return el("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Columns are [title, is it a number]; the first cell of a row is its head. */
function table(caption, columns, rows) {
  const cell = (value, i) => el(i === 0 ? "th" : "td", {
    ...(i === 0 ? { scope: "row" } : {}), ...(columns[i][1] ? { class: "number" } : {}) }, value);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map(([title, number]) =>
        el("th", { scope: "col", ...(number ? { class: "number" } : {}) }, title)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell))))));
}

const fold = (summary, ...content) => el("details", {}, el("summary", {}, summary), content);

/* Charts are drawn as wide as their place is, and again when that changes. */

const charts = [];

function drawAll() {
  for (const chart of charts) {
    const width = Math.floor(chart.place.clientWidth);
    if (width > 0 && width !== chart.width) {
      chart.width = width;
      const plot = chart.draw(width);
      plot.setAttribute("aria-hidden", "true");
      chart.place.replaceChildren(plot);
    }
  }
}

/** @param beside  the table stands open beside the chart. @param wide  as wide as the page */
function figure({ title, about, label, draw, key, numbers, beside, wide }) {
  const place = el("div", { class: "chart", role: "img", "aria-label": label });
  charts.push({ place, draw, width: 0 });
  const swatches = key && el("p", { class: "key" }, key.map(([text, color]) => {
    const swatch = el("span", {}, text);
    swatch.style.setProperty("--swatch", color);
    return swatch;
  }));
  const caption = el("figcaption", {}, el("h3", {}, title), about && el("p", {}, about));
  if (beside) {
    return el("figure", { class: "beside" }, caption, el("div", {}, swatches, place), numbers);
  }
  return el("figure", wide ? { class: "wide" } : {}, caption, swatches, place, fold("The numbers", numbers));
}

const BLUE = "var(--blue)";
const ORANGE = "var(--orange)";
const SOFT = "var(--soft)";

function plot(width, options) {
  return Plot.plot({
    width, marginBottom: 40,
    style: { background: "none", color: "inherit", fontFamily: "inherit", fontSize: "12px", overflow: "visible" },
    ...options,
  });
}

const inPercent = (value) => `${Math.round(100 * value * 10) / 10}%`;
const diagonal = (to) => Plot.line([[0, 0], [to, to]], { stroke: SOFT, strokeDasharray: "4 4" });
const square = (width) => Math.max(240, Math.min(width, 400));

/* Sections. */

const main = document.getElementById("content");
const links = el("ul", {});

function section(id, title, ...content) {
  main.append(el("section", { id, "aria-labelledby": `${id}-title` },
    el("h2", { id: `${id}-title` }, title), content));
  links.append(el("li", {}, el("a", { href: `#${id}` }, title)));
}
