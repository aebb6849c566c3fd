/* The forward pass of course_lib's GPT and ModernGPT, one token at a time.
 *
 * C channels, H heads, D = C / H channels of a head, V vocabulary, t the position of a token.
 * What attention needs of each token is kept, so every token is read once (a key/value cache).
 * Sums are made in JavaScript's 64-bit numbers and stored in 32 bits, as the weights are.
 */

/** The weights by name, cut from one block of float32 numbers in the order of `tensors`. */
function unpackWeights(base64, tensors) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const weights = {};
  let at = 0;
  for (const [name, size] of tensors) {
    weights[name] = new Float32Array(bytes.buffer, at, size);
    at += 4 * size;
  }
  return weights;
}

/** out = weight · x + bias, where weight has a row for each number of out. */
function linear(weight, bias, x, out) {
  const n = x.length;
  const end = n - (n % 4);
  for (let j = 0, row = 0; j < out.length; j++, row += n) {
    let a = 0, b = 0, c = 0, d = 0; // four sums at once keep the processor busy
    for (let i = 0; i < end; i += 4) {
      a += weight[row + i] * x[i];
      b += weight[row + i + 1] * x[i + 1];
      c += weight[row + i + 2] * x[i + 2];
      d += weight[row + i + 3] * x[i + 3];
    }
    for (let i = end; i < n; i++) a += weight[row + i] * x[i];
    out[j] = a + b + c + d + (bias ? bias[j] : 0);
  }
  return out;
}

function layerNorm(x, weight, bias, out) {
  let mean = 0, variance = 0;
  for (const value of x) mean += value / x.length;
  for (const value of x) variance += (value - mean) ** 2 / x.length;
  const scale = 1 / Math.sqrt(variance + 1e-5);
  for (let i = 0; i < x.length; i++) out[i] = (x[i] - mean) * scale * weight[i] + bias[i];
  return out;
}

function rmsNorm(x, out) {
  let square = 0;
  for (const value of x) square += value * value / x.length;
  const scale = 1 / Math.sqrt(square + 1e-6);
  for (let i = 0; i < x.length; i++) out[i] = x[i] * scale;
  return out;
}

/** GPT-2's bend, in place. */
function gelu(x) {
  const c = Math.sqrt(2 / Math.PI);
  for (let i = 0; i < x.length; i++) {
    x[i] = 0.5 * x[i] * (1 + Math.tanh(c * (x[i] + 0.044715 * x[i] ** 3)));
  }
  return x;
}

/** The square of ReLU, in place. */
function squaredRelu(x) {
  for (let i = 0; i < x.length; i++) x[i] = x[i] > 0 ? x[i] * x[i] : 0;
  return x;
}

/** Turn pairs of channels, i and i + turned / 2 of every head of D, by the angle of position t. */
function rotate(x, D, turned, t) {
  for (let i = 0; i < turned / 2; i++) {
    const rate = Math.fround(1 / Math.fround(10000 ** (2 * i / turned)));
    const angle = Math.fround(t * rate);
    const cos = Math.cos(angle), sin = Math.sin(angle);
    for (let head = 0; head < x.length; head += D) {
      const first = x[head + i], second = x[head + i + turned / 2];
      x[head + i] = first * cos - second * sin;
      x[head + i + turned / 2] = second * cos + first * sin;
    }
  }
}

class Model {
  /**
   * @param config the fields of GPTConfig, or of ModernConfig, which has n_kv_head and shifted_keys too
   * @param weights {name: Float32Array}
   */
  constructor(config, weights) {
    this.config = config;
    this.weights = weights;
    this.modern = "n_kv_head" in config;
    const C = config.n_embd, T = config.block_size;
    this.D = C / config.n_head;
    this.turned = config.shifted_keys ? this.D / 2 : this.D; // channels of a head
    this.groups = config.n_kv_head || config.n_head; // heads that have keys and values of their own
    const layers = (width) => Array.from({ length: config.n_layer }, () => new Float32Array(T * width));
    this.queries = layers(C);
    this.keys = layers(this.groups * this.D);
    this.values = layers(this.groups * this.D);
    this.ids = []; // the tokens that were read
    this.x = new Float32Array(C); // the residual stream
    this.normed = new Float32Array(C);
    this.mixed = new Float32Array(C);
    this.added = new Float32Array(C);
    this.qkv = new Float32Array(3 * C);
    this.wide = new Float32Array(4 * C);
    this.row = new Float32Array(T); // one row of attention
    this.logits = new Float32Array(config.vocab_size);
  }

  /** Forget all but the first tokens of those that were read. */
  keep(length) {
    this.ids.length = length;
  }

  /** Read one more token; `logits` are then the scores of the token after it. */
  read(id) {
    const t = this.ids.length;
    if (t >= this.config.block_size) throw new RangeError("the context is full");
    this.ids.push(id);
    this.embed(id, t);
    for (let layer = 0; layer < this.config.n_layer; layer++) {
      this.attend(layer, t);
      this.feedForward(layer);
    }
    const { weights, x, normed } = this;
    if (this.modern) linear(weights["head.weight"], null, rmsNorm(x, normed), this.logits);
    else {
      layerNorm(x, weights["norm.weight"], weights["norm.bias"], normed);
      linear(weights["token_embedding.weight"], null, normed, this.logits);
    }
    return this.logits;
  }

  embed(id, t) {
    const C = this.config.n_embd, { weights, x } = this;
    const tokens = weights["token_embedding.weight"];
    for (let i = 0; i < C; i++) x[i] = tokens[id * C + i];
    if (!this.modern) {
      const positions = weights["position_embedding.weight"];
      for (let i = 0; i < C; i++) x[i] += positions[t * C + i];
    } else if (t > 0) { // the smear: a share of the token before
      const share = weights["smear.share"], before = this.ids[t - 1];
      for (let i = 0; i < C; i++) x[i] += share[i] * tokens[before * C + i];
    }
  }

  norm(layer, which) {
    const name = `blocks.${layer}.${which}`, { weights, x, normed } = this;
    if (this.modern) return rmsNorm(x, normed);
    return layerNorm(x, weights[`${name}.weight`], weights[`${name}.bias`], normed);
  }

  add(name, from) {
    const { weights, x, added } = this;
    linear(weights[`${name}.weight`], weights[`${name}.bias`], from, added);
    for (let i = 0; i < x.length; i++) x[i] += added[i];
  }

  attend(layer, t) {
    const C = this.config.n_embd, H = this.config.n_head, { D, groups, weights, mixed } = this;
    const name = `blocks.${layer}.attention`, x = this.norm(layer, "norm1"), width = groups * D;
    const q = this.queries[layer].subarray(t * C, (t + 1) * C);
    const k = this.keys[layer].subarray(t * width, (t + 1) * width);
    const v = this.values[layer].subarray(t * width, (t + 1) * width);
    if (this.modern) {
      linear(weights[`${name}.query.weight`], null, x, q);
      linear(weights[`${name}.key.weight`], null, x, k);
      linear(weights[`${name}.value.weight`], null, x, v);
      rotate(q, D, this.turned, t);
      rotate(k, D, this.turned, t);
    } else {
      linear(weights[`${name}.qkv.weight`], weights[`${name}.qkv.bias`], x, this.qkv);
      q.set(this.qkv.subarray(0, C));
      k.set(this.qkv.subarray(C, 2 * C));
      v.set(this.qkv.subarray(2 * C));
    }
    const values = this.values[layer];
    mixed.fill(0);
    for (let head = 0; head < H; head++) {
      const row = this.attention(layer, head, t);
      const group = Math.floor(head * groups / H) * D;
      for (let s = 0; s <= t; s++) {
        const share = row[s], from = s * width + group;
        for (let i = 0; i < D; i++) mixed[head * D + i] += share * values[from + i];
      }
    }
    this.add(`${name}.out`, mixed);
  }

  /** How much a head, at position t, looks at each token up to it: numbers that sum to 1. */
  attention(layer, head, t) {
    const C = this.config.n_embd, { D, groups, row, turned } = this, width = groups * D;
    const group = Math.floor(head * groups / this.config.n_head) * D;
    const q = this.queries[layer], k = this.keys[layer], from = t * C + head * D;
    let largest = -Infinity, sum = 0;
    for (let s = 0; s <= t; s++) {
      let score = 0;
      for (let i = 0; i < turned; i++) score += q[from + i] * k[s * width + group + i];
      const before = (s - 1) * width + group; // where the rest of a key is from, if any
      for (let i = turned; i < D && s; i++) score += q[from + i] * k[before + i];
      row[s] = score / Math.sqrt(D);
      largest = Math.max(largest, row[s]);
    }
    for (let s = 0; s <= t; s++) sum += row[s] = Math.exp(row[s] - largest);
    for (let s = 0; s <= t; s++) row[s] /= sum;
    return row.subarray(0, t + 1);
  }

  feedForward(layer) {
    const name = `blocks.${layer}.feed_forward`, x = this.norm(layer, "norm2"), { weights, wide } = this;
    linear(weights[`${name}.up.weight`], weights[`${name}.up.bias`], x, wide);
    this.add(`${name}.down`, this.modern ? squaredRelu(wide) : gelu(wide));
  }
}

/** The first of n tokens that are read: all that fit or, of a longer text, its last ones.
 *
 * It moves in steps of an eighth of the context, since after each move all must be read again.
 */
function windowStart(n, context) {
  const step = Math.max(1, Math.floor(context / 8));
  return n <= context ? 0 : Math.ceil((n - context) / step) * step;
}
