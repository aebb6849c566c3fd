/* The true probabilities of the next character in a tale, as course_lib.tales computes them.
 *
 * A state is what is left of a sentence, the beat after it, and the words kept. The filter keeps
 * every way in which the grammar may have written the text so far, with its probability.
 */

/** All ways on from a state: [probability, the text it adds, the next state]. */
function movesOf(grammar, [text, beat, kept]) {
  const { beats, words: classes, she, start } = grammar;
  if (!text) { // choose the next sentence
    const sentences = beats[beat];
    return sentences.map(([sentence, after]) => [1 / sentences.length, "", [sentence, after, kept]]);
  }
  const [, before, slot, rest] = /^([^{]*)(?:\{([^}]*)\})?([^]*)$/.exec(text);
  const words = new Map(kept);
  const [name, kind] = (slot ?? "").split(":");
  if (kind && !words.has(name)) {
    const taken = [...words.values()];
    const unused = classes[kind].filter((word) => !taken.includes(word));
    return unused.map((word) => [
      1 / unused.length, before + word, [rest, beat, name ? [...kept, [name, word]] : kept],
    ]);
  }
  const girl = classes.GIRL.includes(words.get("hero"));
  const said = before + (words.get(name) ?? (name in she && girl ? she[name] : name));
  return [[1, said, said.endsWith("\n") ? start : [rest, beat, kept]]];
}

/** Every way on until it adds a character: a list of {coming, state, p}. */
function expanded(grammar, ways) {
  const todo = [...ways], found = [];
  for (const way of todo) { // todo grows while it is read
    if (way.coming) found.push(way);
    else {
      for (const [share, coming, state] of movesOf(grammar, way.state)) {
        todo.push({ coming, state, p: way.p * share });
      }
    }
  }
  return found;
}

/**
 * What the grammar has next.
 *
 * @param grammar its tables: beats, words, she, and `begin`, the state in which a line begins
 * @param text a line, or the beginning of one, without a line break before it
 * @returns {next: Map of character to probability, stray: null} or, for a text that the grammar
 *   can't have written, {next: what it has in the place of the first wrong character, stray: its
 *   place}
 */
function nextCharacters(grammar, text) {
  let ways = [{ coming: "", state: grammar.begin, p: 1 }], place = 0;
  for (const character of text) {
    const possible = expanded(grammar, ways), merged = new Map();
    let total = 0;
    for (const { coming, state, p } of possible) {
      if (!coming.startsWith(character)) continue;
      const left = coming.slice(character.length), key = JSON.stringify([left, state]);
      const same = merged.get(key);
      if (same) same.p += p;
      else merged.set(key, { coming: left, state, p });
      total += p;
    }
    if (!merged.size) return { next: charactersOf(possible), stray: place };
    ways = [...merged.values()];
    for (const way of ways) way.p /= total;
    place++;
  }
  return { next: charactersOf(expanded(grammar, ways)), stray: null };
}

function charactersOf(ways) {
  const next = new Map();
  for (const { coming, p } of ways) next.set(coming[0], (next.get(coming[0]) ?? 0) + p);
  return next;
}
