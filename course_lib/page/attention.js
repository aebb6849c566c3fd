/* The part of the page that shows where each head looks, and its address: #layer=3&head=0. */

const PLACES = 3; // that a head's caption names

/** The whole number that the address names, if it is one of 0 to size - 1; else null with a note. */
function addressed(name, size, notes) {
  const asked = new URLSearchParams(location.hash.slice(1)).get(name);
  if (asked === null) return null;
  if (/^\d+$/.test(asked) && Number(asked) < size) return Number(asked);
  const what = size > 1 ? `its ${name}s are 0 to ${size - 1}` : `its only ${name} is 0`;
  notes.push(`The address asks for ${name} ${asked}, and this model has none: ${what}.`);
  return null;
}

function readAddress() {
  const { n_layer, n_head } = about.config, notes = [];
  $("layer").value = String(addressed("layer", n_layer, notes) ?? 0);
  $("head").value = String(addressed("head", n_head, notes) ?? "all");
  $("address").replaceChildren(...notes.map((note) => element("p", note, { class: "note" })));
}

function writeAddress() {
  const head = $("head").value === "all" ? "" : `&head=${$("head").value}`;
  history.replaceState(null, "", `#layer=${$("layer").value}${head}`);
  $("address").replaceChildren();
}

function beginAttention() {
  const { n_layer, n_head } = about.config, numbers = (n) => [...Array(n).keys()];
  $("layer").append(...numbers(n_layer).map((n) => element("option", n, { value: n })));
  $("head").append(element("option", "all", { value: "all" }));
  $("head").append(...numbers(n_head).map((n) => element("option", n, { value: n })));
  readAddress();
  window.addEventListener("hashchange", () => { readAddress(); showAttention(false); });
  for (const id of ["layer", "head"]) {
    $(id).addEventListener("change", () => { writeAddress(); showAttention(false); });
  }
  $("place").addEventListener("input", () => showAttention(false));
  $("heads").addEventListener("click", ({ target }) => {
    if (!target.dataset.place) return;
    $("place").value = target.dataset.place;
    showAttention(false);
  });
}

/** Draw the heads that are chosen, from the last token if the text has changed. */
function showAttention(changed) {
  const n = model.ids.length;
  $("place").max = n - 1;
  if (changed) $("place").value = n - 1;
  const place = Math.min(Number($("place").value), n - 1);
  const tokens = model.ids.map(visible);
  $("place-says").textContent = `${about.token} ${place + 1} of ${n}, “${tokens[place]}”`;
  const heads = $("head").value === "all"
    ? [...Array(about.config.n_head).keys()] : [Number($("head").value)];
  const layer = Number($("layer").value);
  $("heads").replaceChildren(...heads.map((head) => headFigure(layer, head, place, tokens)));
}

function headFigure(layer, head, place, tokens) {
  const row = Array.from(model.attention(layer, head, place));
  const figure = element("figure", null), strip = element("p", null, { class: "strip" });
  const order = [...row.keys()].sort((a, b) => row[b] - row[a] || a - b);
  const most = order.slice(0, PLACES).filter((s) => row[s] >= 0.01);
  const named = most.map((s) => `“${tokens[s]}” at ${s + 1} (${percent(row[s])})`);
  figure.append(element("figcaption", `Head ${head} of layer ${layer}: ${named.join(", ")}`));
  figure.append(attentionMap(layer, head, place));
  tokens.forEach((token, s) => {
    const span = element("span", token.replaceAll("\u2423", " "), { "data-place": s });
    if (s <= place) span.style.setProperty("--p", (row[s] / row[order[0]]).toFixed(3));
    if (s === place) span.className = "from";
    if (s > place) span.className = "later";
    strip.append(span);
  });
  strip.setAttribute("aria-hidden", "true"); // the caption says it in words
  figure.append(strip);
  return figure;
}

/** All rows of a head's attention as a square; a dot is as dark as the root of its number. */
function attentionMap(layer, head, place) {
  const n = model.ids.length, canvas = element("canvas", null, { width: n, height: n, role: "img" });
  canvas.setAttribute("aria-label", `Attention of head ${head} from each ${about.token} to those before it`);
  const style = getComputedStyle(document.documentElement), pen = canvas.getContext("2d");
  for (const [color, rows] of [["--link", [...Array(n).keys()]], ["--frame", [place]]]) {
    pen.fillStyle = style.getPropertyValue(color);
    for (const t of rows) {
      model.attention(layer, head, t).forEach((p, s) => {
        if (p < 0.01) return;
        pen.globalAlpha = Math.sqrt(p);
        pen.fillRect(s, t, 1, 1);
      });
    }
  }
  return canvas;
}
