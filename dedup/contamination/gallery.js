"use strict";
// Draws the gallery from the JSON beside it. Every value becomes text or an attribute, never markup.
const data = JSON.parse(document.getElementById("pairs").textContent);
const pairs = data.pairs;
const PER_PAGE = 24;
const byId = (id) => document.getElementById(id);
let page = 0, chosen = -1, found = [], unsaved = false;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function fill(select, values) {
  for (const value of [...new Set(values)].sort()) {
    const option = element("option", "", value);
    option.value = value;
    select.append(option);
  }
}

// A fixed order that has nothing to do with the pairs: judged from its start it is a fair sample.
pairs.forEach((pair, number) => {
  let hash = 2166136261;
  for (const sign of pair.benchmark_key + "\n" + pair.pool_key) {
    hash = Math.imul(hash ^ sign.codePointAt(0), 16777619);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  pair.mixed = (hash ^ (hash >>> 13)) >>> 0;
  pair.number = number;
});

const strength = (pair) => (pair.score === null ? 2 - pair.distance / 100 : pair.score);
const orders = {
  nearest: (a, b) => strength(b) - strength(a) || a.number - b.number,
  farthest: (a, b) => strength(a) - strength(b) || a.number - b.number,
  mixed: (a, b) => a.mixed - b.mixed || a.number - b.number,
};

function search() {
  const wanted = byId("words").value.toLowerCase();
  const matches = (id, value) => byId(id).value === "" || byId(id).value === value;
  found = pairs.filter((pair) =>
    matches("benchmark", pair.benchmark) && matches("method", pair.method) &&
    matches("transform", pair.transform) && matches("verdict", pair.verdict || "none") &&
    (!wanted || [pair.benchmark_key, pair.pool_key, pair.url || ""].join("\n").toLowerCase().includes(wanted)));
  found.sort(orders[byId("order").value]);
  page = 0;
  chosen = -1;
  draw();
}

function picture(pair, which, name, key) {
  const box = element("div", "picture");
  box.append(element("span", "", name));
  const index = pair.pictures[which];
  if (index === null) {
    box.append(element("div", "none", "no picture at hand"));
    return box;
  }
  const image = element("img");
  image.src = data.pictures[index];
  image.alt = name + " image " + key;
  box.append(image);
  return box;
}

// What the copy shows of the benchmark image; nothing for the whole, give or take a fiftieth.
function shownPart([left, top, right, bottom]) {
  if (Math.max(left, top, 1 - right, 1 - bottom) < 0.02) return "";
  const range = (from, to) => Math.round(100 * from) + " to " + Math.round(100 * to) + " %";
  return "shows " + range(left, right) + " across, " + range(top, bottom) + " down";
}

function describe(pair) {
  const words = [pair.method === "sha256" ? "same bytes" : pair.method + ", distance " + pair.distance];
  if (pair.transform !== "none") words.push(pair.transform);
  if (pair.score !== null) words.push("score " + pair.score.toFixed(2));
  if (pair.crop !== null && shownPart(pair.crop)) words.push(shownPart(pair.crop));
  return words.join(", ");
}

function card(pair, place) {
  const item = element("li", "pair" + (pair.verdict ? " " + pair.verdict : ""));
  item.tabIndex = place === Math.max(chosen, 0) ? 0 : -1;
  item.dataset.place = place;
  item.setAttribute("aria-label", pair.benchmark + ", " + pair.benchmark_key + ": " + (pair.verdict || "no verdict"));
  const pictures = element("div", "pictures");
  pictures.append(picture(pair, 0, "benchmark", pair.benchmark_key), picture(pair, 1, "pool", pair.pool_key));
  const facts = element("dl");
  const rows = [["benchmark", pair.benchmark], ["match", describe(pair)], ["test image", pair.benchmark_key],
    ["pool image", pair.pool_key], ["url", pair.url]];
  for (const [name, value] of rows) {
    if (value) facts.append(element("dt", "", name), element("dd", "", value));
  }
  const buttons = element("div", "verdicts");
  for (const verdict of ["same", "not", "unsure"]) {
    const button = element("button", "", verdict);
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("aria-pressed", String(pair.verdict === verdict));
    button.addEventListener("click", () => { chosen = place; judge(verdict); });
    buttons.append(button);
  }
  item.append(pictures, facts, buttons);
  item.addEventListener("focus", () => { chosen = place; });
  return item;
}

function draw() {
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const start = page * PER_PAGE;
  byId("gallery").replaceChildren(...found.slice(start, start + PER_PAGE).map(card));
  const judged = pairs.filter((pair) => pair.verdict).length;
  byId("where").textContent = found.length === 0 ? "no pair is like that" :
    "page " + (page + 1) + " of " + pages + ", pairs " + (start + 1) + " to " +
    Math.min(start + PER_PAGE, found.length) + " of " + found.length;
  byId("judged").textContent = judged + " of " + pairs.length + " judged";
  byId("before").disabled = page === 0;
  byId("after").disabled = page + 1 >= pages;
}

function turn(by) {
  const next = page + by;
  if (next < 0 || next * PER_PAGE >= found.length) return false;
  page = next;
  chosen = 0;
  draw();
  return true;
}

function focus(place) {
  const cards = byId("gallery").children;
  if (place >= cards.length) { if (turn(1)) focus(0); return; }
  if (place < 0) { if (turn(-1)) focus(byId("gallery").children.length - 1); return; }
  chosen = place;
  for (const item of cards) item.tabIndex = -1;
  cards[place].tabIndex = 0;
  cards[place].focus();
}

function judge(verdict) {
  const pair = found[page * PER_PAGE + chosen];
  if (!pair) return;
  pair.verdict = pair.verdict === verdict ? null : verdict;
  unsaved = true;
  draw();
  focus(chosen);
}

function save(name, type, text) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  unsaved = false;
}

const COLUMNS = ["benchmark", "benchmark_key", "pool_key", "verdict"];
const verdicts = () => pairs.filter((pair) => pair.verdict)
  .map((pair) => Object.fromEntries(COLUMNS.map((name) => [name, pair[name]])));
const quote = (value) => "\"" + value.replaceAll("\"", "\"\"") + "\"";
const asCsv = () => [COLUMNS, ...verdicts().map((row) => COLUMNS.map((name) => row[name]))]
  .map((row) => row.map(quote).join(",") + "\n").join("");

const KEYS = {
  s: () => judge("same"), n: () => judge("not"), u: () => judge("unsure"),
  j: () => focus(chosen + 1), k: () => focus(chosen - 1),
  ArrowRight: () => focus(chosen + 1), ArrowLeft: () => focus(chosen - 1),
  "]": () => { if (turn(1)) focus(0); }, "[": () => { if (turn(-1)) focus(0); },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
for (const id of ["benchmark", "method", "transform", "verdict", "order"]) byId(id).addEventListener("change", search);
byId("words").addEventListener("input", search);
byId("before").addEventListener("click", () => turn(-1));
byId("after").addEventListener("click", () => turn(1));
byId("save-json").addEventListener("click", () =>
  save("verdicts.json", "application/json", JSON.stringify(verdicts(), null, 1) + "\n"));
byId("save-csv").addEventListener("click", () => save("verdicts.csv", "text/csv", asCsv()));
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
fill(byId("benchmark"), pairs.map((pair) => pair.benchmark));
fill(byId("method"), pairs.map((pair) => pair.method));
fill(byId("transform"), pairs.map((pair) => pair.transform));
byId("tools").hidden = false;
search();
