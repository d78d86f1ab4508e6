/* The page of `leadscore report` in a browser.    test_report.mjs PROGRAM FOLDER

   Each page is opened at two widths, light and dark: nothing is fetched, nothing is complained of, axe finds
   no fault of accessibility, and nothing is wider than the window. Screenshots are left in FOLDER. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const program = resolve(process.argv[2]);
const folder = resolve(process.argv[3]);
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(join(folder, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDTHS = [1280, 390];
const SCHEMES = ["light", "dark"];
const HOSTILE = "</script><img src=x onerror=\"hacked=1\"><!--";

const pages = join(folder, "pages");
rmSync(pages, { recursive: true, force: true });
mkdirSync(pages, { recursive: true });

let run = 0;
let failed = 0;

async function test(name, body) {
  run += 1;
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (fault) {
    failed += 1;
    console.log(`FAILED ${name}\n${fault.stack}`);
  }
}

function check(holds, words) {
  if (!holds) {
    throw new Error(words);
  }
}

const leadscore = (...words) => execFileSync(program, words, { cwd: pages, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/* What is looked at. */

/** A table whose columns and levels would like to be markup. */
function hostileTable() {
  const quote = (text) => `"${text.replaceAll("\"", "\"\"")}"`;
  const rows = [["label", HOSTILE, "size"].map(quote).join(",")];
  for (let i = 0; i < 400; i += 1) {
    const level = i % 3 === 0 ? `${HOSTILE}${i % 2}` : "&lt;b&gt;";
    rows.push([(i * 7) % 11 < 4 + (i % 3) ? "1" : "0", quote(level), (i * 37) % 101].join(","));
  }
  writeFileSync(join(pages, "hostile.csv"), `${rows.join("\n")}\n`);
}

function makePages() {
  leadscore("sample", "--leads", "700", "--seed", "7", "-o", "sample");
  leadscore("train", "--leads", "sample/leads.ndjson", "--activities", "sample/activities.ndjson", "--outcomes",
    "sample/outcomes.ndjson", "--horizon", "90d", "-o", "timed.lsm");
  hostileTable();
  leadscore("train", "--csv", "hostile.csv", "--label", "label", "--name", HOSTILE, "-o", "hostile.lsm");
  leadscore("import", join(root, "tests/golden/import/1.7.6/approx_weighted.json"), "-o", "imported.lsm");
  const models = { timed: "timed.lsm", hostile: "hostile.lsm", imported: "imported.lsm",
    scorecard: join(root, "models/starter.lsm") };
  for (const [name, model] of Object.entries(models)) {
    leadscore("report", model, "-o", `${name}.html`);
  }
  return Object.keys(models);
}

/** Open a page and note what goes wrong in it. */
async function open(browser, name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const address = pathToFileURL(join(pages, `${name}.html`)).href;
  const faults = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("pageerror", (fault) => faults.push(fault.message));
  page.on("dialog", (dialog) => faults.push(`a dialog: ${dialog.message()}`));
  page.on("request", (request) => request.url() !== address && faults.push(`a request: ${request.url()}`));
  await page.goto(address, { waitUntil: "load" });
  return { context, page, faults };
}

async function axeFaults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return violations.map((fault) => `${fault.id}: ${fault.help}: ${fault.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | ")}`);
}

async function lookAt(browser, name, width, colorScheme) {
  const { context, page, faults } = await open(browser, name, { viewport: { width, height: 900 }, colorScheme });
  try {
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    check(faults.length === 0, faults.join("\n"));
    const seen = await page.evaluate(() => ({
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      figures: document.querySelectorAll("figure").length,
      drawn: document.querySelectorAll("figure .chart svg").length,
      labelled: document.querySelectorAll("figure .chart[role=img][aria-label]").length,
      tables: document.querySelectorAll("figure table tbody tr").length,
      hacked: "hacked" in globalThis,
      images: document.images.length,
    }));
    check(seen.over <= 0, `${seen.over} pixels wider than the window`);
    check(!seen.hacked && seen.images === 0, "markup of the model became part of the page");
    check(seen.drawn >= seen.figures && seen.labelled === seen.figures, `charts: ${JSON.stringify(seen)}`);
    check(seen.tables >= 2 * seen.figures, `tables: ${JSON.stringify(seen)}`);
    const unmet = await axeFaults(page);
    check(unmet.length === 0, unmet.join("\n"));
    check(await page.evaluate(() => !document.body.innerText.match(/\b(NaN|undefined|null|Infinity)\b/)), "NaN or the like is shown");
  } finally {
    await context.close();
  }
}

const SECTIONS = {
  timed: ["grades", "calibration", "ranking", "features", "segments", "gate", "data", "reference", "model"],
  hostile: ["grades", "calibration", "ranking", "features", "segments", "gate", "data", "reference", "model"],
  imported: ["grades", "gate", "model"],
  scorecard: ["grades", "points", "gate", "model"],
};

async function testSections(browser, name) {
  const { context, page } = await open(browser, name, {});
  const found = await page.evaluate(() => [...document.querySelectorAll("main section")].map((section) => section.id));
  const links = await page.evaluate(() => [...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href").slice(1)));
  await context.close();
  const without = found.filter((id) => id !== "leaks");
  check(JSON.stringify(without) === JSON.stringify(SECTIONS[name]), `${name} has ${found}`);
  check(JSON.stringify(links) === JSON.stringify(found), `the contents of ${name} are ${links}`);
}

async function testKeyboard(browser) {
  const { context, page } = await open(browser, "timed", {});
  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement.className) === "skip", "the first stop is not the skip link");
  await page.keyboard.press("Enter");
  check(await page.evaluate(() => document.activeElement.id) === "content", "the skip link does not lead to the content");
  for (let i = 0; i < 5 && await page.evaluate(() => document.activeElement.tagName) !== "SUMMARY"; i += 1) {
    await page.keyboard.press("Tab"); // tables that scroll are stops, too
  }
  check(await page.evaluate(() => document.activeElement.tagName) === "SUMMARY", "a summary is not reached");
  await page.keyboard.press("Enter");
  check(await page.evaluate(() => document.activeElement.parentElement.open), "a summary does not open by Enter");
  await context.close();
}

async function testNoScript(browser) {
  const { context, page } = await open(browser, "timed", { javaScriptEnabled: false });
  check((await page.textContent("noscript")).includes("leadscore inspect"), "nothing is said without scripts");
  await context.close();
}

async function testPrint(browser) {
  const { context, page, faults } = await open(browser, "timed", { viewport: { width: 800, height: 1100 }, colorScheme: "dark" });
  writeFileSync(join(folder, "timed.pdf"), await page.pdf({ format: "A4" }));
  check(faults.length === 0, faults.join("\n"));
  check(await page.evaluate(() => [...document.querySelectorAll("figure details")].every((details) => details.open)), "tables are folded on paper");
  await context.close();
}

async function testHostileText(browser) {
  const { context, page } = await open(browser, "hostile", {});
  check(await page.textContent("h1") === HOSTILE, "the name is not shown as it is");
  check((await page.title()).startsWith(HOSTILE), "the title is not the name");
  await context.close();
}

async function testPolicy(browser) {
  const { context, page } = await open(browser, "timed", {});
  const reached = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.added = 1";
    document.body.append(script);
    const fetched = await fetch("data:text/plain,x").then(() => true, () => false);
    return { added: "added" in globalThis, fetched };
  });
  check(!reached.added && !reached.fetched, `the policy lets through ${JSON.stringify(reached)}`);
  await context.close();
}

async function main() {
  const names = makePages();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  try {
    for (const name of names) {
      for (const width of WIDTHS) {
        for (const scheme of SCHEMES) {
          await test(`${name} is drawn at ${width}, ${scheme}`, () => lookAt(browser, name, width, scheme));
        }
      }
      await test(`${name} has the sections it can have`, () => testSections(browser, name));
    }
    await test("the page is used by keyboard", () => testKeyboard(browser));
    await test("without scripts it says where to look", () => testNoScript(browser));
    await test("on paper the tables are open", () => testPrint(browser));
    await test("hostile names are shown as they are", () => testHostileText(browser));
    await test("the policy keeps scripts and requests out", () => testPolicy(browser));
  } finally {
    await browser.close();
  }
  console.log(`TESTS ${run} ${failed}`);
  return failed === 0 ? 0 : 1;
}

process.exit(await main());
