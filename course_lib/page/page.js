/* What is shown on the page, and what its controls do. */

const $ = (id) => document.getElementById(id);
const about = JSON.parse($("about").textContent);
const weights = unpackWeights($("weights").textContent, about.tensors);
const tokenizer = about.tokenizer.characters
  ? new CharTokenizer(about.tokenizer) : new BPETokenizer(about.tokenizer);
const model = new Model(about.config, weights);
const reader = new Reader(about, model, tokenizer);
const V = about.config.vocab_size;
const ROWS = 12; // of a table that does not show all
let typed = null; // the text before the model wrote on
let writing = false;

/** An element with a text and attributes. */
function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A token as one sees it; characters without a shape get one, and bytes that are no text a name. */
function visible(id) {
  const text = tokenizer.decode([id]);
  if (!text.includes("\ufffd")) return shaped(text);
  return "\u27e8" + Array.from(tokenizer.tokens[id], (byte) => byte.toString(16)).join(" ") + "\u27e9";
}

function shaped(text) {
  const shapes = { " ": "\u2423", "\n": "\u21b5", "\t": "\u21e5", "\r": "\u240d" };
  return text.replace(/[ \n\t\r]/g, (character) => shapes[character]);
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);

function percent(p) {
  if (p > 0 && p < 0.0005) return "<0.1%";
  return (100 * p).toFixed(1) + "%";
}

function dials() {
  const topK = Number($("top-k").value), topP = Number($("top-p").value);
  return {
    temperature: Number($("temperature").value),
    topK: topK < V ? topK : null,
    topP: topP < 1 ? topP : null,
  };
}

function showDials() {
  const { temperature, topK, topP } = dials();
  $("temperature-says").textContent = temperature ? temperature.toFixed(2) : "0 (the likeliest)";
  $("top-k-says").textContent = topK === null ? "all" : `the ${topK} likeliest`;
  if (topK === 1) $("top-k-says").textContent = "the likeliest";
  $("top-p-says").textContent = topP === null ? "all" : topP.toFixed(2);
}

/** Fill a table: its columns {name, of, kind}, where `of` gives a row's share, and its rows. */
function fillTable(table, first, columns, rows) {
  const head = element("tr", null);
  for (const name of [first, ...columns.map((column) => column.name)]) {
    head.append(element("th", name, { scope: "col" }));
  }
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows.map(({ key, name }) => {
    const row = element("tr", null);
    row.append(element("th", name, { scope: "row" }));
    for (const { of, kind } of columns) {
      const p = of(key), cell = element("td", percent(p), { class: p ? kind : `${kind} out` });
      cell.style.setProperty("--p", p.toFixed(4));
      row.append(cell);
    }
    return row;
  }));
}

/** The line that the grammar has to go on with. */
function lineOf(text) {
  return text.slice(text.lastIndexOf("\n") + 1);
}

function showNext() {
  const { logits } = model, raw = chances(logits), dialled = chances(logits, dials());
  const all = $("more").getAttribute("aria-pressed") === "true";
  const truth = about.grammar ? nextCharacters(about.grammar, lineOf(reader.text)) : null;
  const known = truth && truth.stray === null ? truth.next : null;
  const columns = [
    { name: "Model", kind: "model", of: (id) => raw[id] },
    { name: "With dials", kind: "dialled", of: (id) => dialled[id] },
  ];
  const order = ranked(logits);
  let rows = all ? order : order.slice(0, ROWS);
  if (known && about.tokenizer.characters) {
    const true_ = (id) => known.get(tokenizer.characters[id]) ?? 0;
    columns.push({ name: "Grammar", kind: "grammar", of: true_ });
    rows = order.filter((id, rank) => all || rank < ROWS || true_(id) > 0);
  }
  $("next").caption.textContent = `The next ${about.token}`;
  fillTable($("next"), capital(about.token), columns, rows.map((id) => ({ key: id, name: visible(id) })));
  $("more").hidden = order.length <= ROWS;
  showTruth(truth, known, byCharacter(raw));
}

/** The model's probability of the next character, from those of the tokens that begin with it. */
function byCharacter(probabilities) {
  const found = new Map();
  probabilities.forEach((p, id) => {
    const first = String.fromCodePoint(tokenizer.decode([id]).codePointAt(0));
    found.set(first, (found.get(first) ?? 0) + p);
  });
  return found;
}

/** How far the model is from the grammar, and for tokens of several characters both beside it. */
function showTruth(truth, known, own) {
  $("first").hidden = !known || Boolean(about.tokenizer.characters);
  $("distance").hidden = !truth;
  if (!truth) return;
  if (!known) {
    const line = lineOf(reader.text), here = Array.from(line)[truth.stray];
    const could = [...truth.next.keys()].sort().map((c) => `“${shaped(c)}”`).join(", ");
    $("distance").textContent = `The grammar of the tales can’t have written this line: in place ` +
      `of “${shaped(here)}”, its character ${truth.stray + 1}, it has ${could}. After a line ` +
      "break a new tale begins, and the grammar’s probabilities come back.";
    return;
  }
  let nats = 0;
  for (const [character, p] of known) nats += p * Math.log(p / (own.get(character) ?? 0));
  $("distance").textContent = `“Grammar” is the true probability: no model can know more. Here ` +
    `this model loses ${Math.max(0, nats).toFixed(4)} nats to it; 0 would be perfect.`;
  const keys = [...known.keys(), ...[...own.keys()].filter((c) => !known.has(c) && own.get(c) > 0.005)];
  keys.sort((a, b) => (own.get(b) ?? 0) - (own.get(a) ?? 0));
  fillTable($("first"), "Character", [
    { name: "Model", kind: "model", of: (c) => own.get(c) ?? 0 },
    { name: "Grammar", kind: "grammar", of: (c) => known.get(c) ?? 0 },
  ], keys.map((c) => ({ key: c, name: shaped(c) })));
}

/** What is to be said of the text: characters that are not known, and what is not read. */
function showNotes() {
  const notes = [], { left } = reader.window(), unknown = tokenizer.unknown(reader.text);
  if (unknown.length) {
    notes.push(`The model does not know ${unknown.map((c) => `“${c}”`).join(", ")}, since the ` +
      "text it was trained on has none; it reads the rest.");
  }
  if (left) {
    notes.push(`The text is longer than the model’s context of ${about.config.block_size} ` +
      `${about.tokens}: it reads the last ${model.ids.length} and knows nothing of those before.`);
  }
  if (about.row_start !== null && reader.ids.slice(0, -1).includes(about.row_start)) {
    notes.push("The model reads the last line alone: each line is a new text to it.");
  }
  if (notes.join("") === $("notes").textContent) return; // a screen reader reads each change aloud
  $("notes").replaceChildren(...notes.map((note) => element("p", note, { class: "note" })));
}

/** How long this browser takes for a token: the mean of the latest. */
function showSpent() {
  const { spent } = reader, mean = spent.reduce((sum, time) => sum + time, 0) / spent.length;
  $("spent").textContent = `This browser takes ${mean.toFixed(1)} ms for a ${about.token}.`;
}

/** After a change of the text or of what the model has read. */
async function update() {
  if (!(await reader.read())) return;
  showNotes();
  showNext();
  showSpent();
  showAttention(true);
}

async function writeOn() {
  const length = Number($("length").value), seed = Number($("seed").value);
  writing = true;
  typed = reader.text;
  $("wrote").textContent = "";
  $("go").textContent = "Stop";
  $("text").readOnly = true;
  const written = await reader.write(length, seed, dials, () => {
    showText();
    showNext();
  });
  writing = false;
  $("go").textContent = "Write on";
  $("text").readOnly = false;
  $("back").disabled = false;
  showText();
  await update();
  $("wrote").textContent = `Wrote ${written} ${about.tokens}.`;
}

function showText() {
  $("text").value = reader.text;
  $("text").scrollTop = $("text").scrollHeight;
}

function begin() {
  $("top-k").max = V;
  $("top-k").value = V;
  reader.setText(about.prompt);
  showText();
  $("text").addEventListener("input", () => {
    $("back").disabled = true;
    reader.setText($("text").value);
    update();
  });
  for (const id of ["temperature", "top-k", "top-p"]) {
    $(id).addEventListener("input", () => { showDials(); showNext(); });
  }
  $("more").addEventListener("click", () => {
    const pressed = $("more").getAttribute("aria-pressed") === "true";
    $("more").setAttribute("aria-pressed", String(!pressed));
    showNext();
  });
  $("writing").addEventListener("submit", (event) => {
    event.preventDefault();
    if (writing) reader.stop();
    else writeOn();
  });
  $("back").addEventListener("click", () => {
    $("back").disabled = true;
    reader.setText(typed);
    showText();
    $("text").focus();
    update();
  });
  document.querySelector("main").hidden = false;
  showDials();
  beginAttention();
  update();
}

begin();
