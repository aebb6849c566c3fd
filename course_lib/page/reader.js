/* From the text on the page to what the model reads, and to what it writes. */

const SLICE = 25; // milliseconds of computing before the browser may draw again

const breath = () => new Promise((resolve) => setTimeout(resolve));

class Reader {
  constructor(about, model, tokenizer) {
    Object.assign(this, { about, model, tokenizer });
    this.turn = 0; // a newer reading ends an older one
    this.spent = []; // milliseconds of the latest tokens
    this.setText("");
  }

  setText(text) {
    this.typed = text;
    this.ids = this.tokenizer.encode(text);
    this.typedIds = this.ids.length;
  }

  /** What was typed and what was written since. */
  get text() {
    return this.typed + this.tokenizer.decode(this.ids.slice(this.typedIds));
  }

  /**
   * What is read of the text: {ids, left}, with how many tokens are left out before them.
   *
   * A model whose rows began at a line break reads the line that the text ends in, after one. Other
   * models read the last tokens that fit; of an empty text the token that `sample` begins with.
   */
  window() {
    const { row_start: start, begin, config } = this.about;
    let ids = this.ids;
    if (start !== null) ids = [start, ...ids.slice(ids.lastIndexOf(start) + 1)];
    else if (!ids.length) ids = [begin];
    const first = windowStart(ids.length, config.block_size);
    return { ids: ids.slice(first), left: first };
  }

  /** Read what is new since the last time; false if a newer reading came between. */
  async read() {
    const turn = ++this.turn, { model } = this, { ids } = this.window();
    let same = 0;
    while (same < ids.length && ids[same] === model.ids[same]) same++;
    model.keep(Math.min(same, ids.length - 1)); // the last is read again for its scores
    let begun = performance.now();
    for (const id of ids.slice(model.ids.length)) {
      const start = performance.now();
      model.read(id);
      this.spent = [...this.spent.slice(-63), performance.now() - start];
      if (performance.now() - begun < SLICE) continue;
      await breath();
      if (turn !== this.turn) return false;
      begun = performance.now();
    }
    return true;
  }

  /**
   * Write on with what `dials()` says, and call `show` from time to time, until `length` tokens are
   * written, a row would end (which the next call then ends first), or `stop` is called.
   *
   * @returns how many tokens were written
   */
  async write(length, seed, dials, show) {
    const random = randomNumbers(seed), { row_start: end } = this.about;
    this.stopped = false;
    let written = 0, shown = performance.now();
    while (written < length && !this.stopped) {
      if (!(await this.read())) break;
      const id = draw(chances(this.model.logits, dials()), random);
      if (id === end && written) break;
      this.ids.push(id);
      written++;
      if (performance.now() - shown < SLICE) continue;
      show();
      await breath();
      shown = performance.now();
    }
    return written;
  }

  stop() {
    this.stopped = true;
  }
}
