/* course_lib's two tokenizers: a text to ids, and ids back to text. */

class CharTokenizer {
  constructor({ characters }) {
    this.characters = Array.from(characters);
    this.size = this.characters.length;
    this.known = new Map(this.characters.map((character, id) => [character, id]));
  }

  /** The ids of the characters that the model knows. */
  encode(text) {
    return Array.from(text).filter((c) => this.known.has(c)).map((c) => this.known.get(c));
  }

  /** The characters that `encode` leaves out, each once. */
  unknown(text) {
    return [...new Set(text)].filter((character) => !this.known.has(character));
  }

  decode(ids) {
    return ids.map((id) => this.characters[id]).join("");
  }
}

class BPETokenizer {
  /**
   * @param tokens a list of bytes for each id
   * @param merges [left id, right id, new id] in the order in which they were learned
   * @param special ids that no text becomes
   * @param letters, numbers as in a regular expression's [...], so that they are Python's
   */
  constructor({ tokens, merges, special, letters, numbers }) {
    this.tokens = tokens.map((bytes) => Uint8Array.from(bytes));
    this.size = tokens.length;
    this.bytes = [];
    tokens.forEach((bytes, id) => {
      if (bytes.length === 1 && !special.includes(id)) this.bytes[bytes[0]] = id;
    });
    const made = new Set();
    this.ranks = new Map();
    merges.forEach(([left, right, made_], rank) => {
      this.ranks.set(left + " " + right, { rank, made: made_, again: made.has(made_) });
      made.add(made_);
    });
    const space = "\\p{White_Space}";
    this.piece = new RegExp(
      `'(?:[stmd]|re|ve|ll)| ?[${letters}]+| ?[${numbers}]+| ?[^${letters}${numbers}${space}]+` +
      `|${space}+(?![^\\p{White_Space}])|${space}+`, "gu");
    this.encoder = new TextEncoder();
  }

  encode(text) {
    return (text.match(this.piece) ?? []).flatMap((piece) => this.mergeAll(piece));
  }

  unknown() {
    return []; // every byte is a token
  }

  /** The ids of one piece: the earliest possible merge, leftmost first, to the end. */
  mergeAll(piece) {
    let ids = Array.from(this.encoder.encode(piece), (byte) => this.bytes[byte]);
    for (;;) {
      let best = null, pair = "";
      for (let i = 0; i + 1 < ids.length; i++) {
        const merge = this.ranks.get(ids[i] + " " + ids[i + 1]);
        if (merge && (!best || merge.rank < best.rank)) [best, pair] = [merge, ids[i] + " " + ids[i + 1]];
      }
      if (!best) return ids;
      const merged = [];
      let done = false;
      for (let i = 0; i < ids.length; i++) {
        if (!done && i + 1 < ids.length && ids[i] + " " + ids[i + 1] === pair) {
          merged.push(best.made);
          i++;
          done = best.again; // an id that an earlier merge made too may have an earlier merge next
        } else merged.push(ids[i]);
      }
      ids = merged;
    }
  }

  /** Bytes that are not UTF-8, such as a part of a character, become "\ufffd". */
  decode(ids) {
    const bytes = ids.flatMap((id) => Array.from(this.tokens[id]));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  }
}
