/* From scores to one token, in the order and with the rules of course_lib.generation. */

/** The ids from the highest score down; of equal scores the lower id comes first. */
function ranked(logits) {
  return Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
}

/**
 * The probability of each token by its id, after the dials.
 *
 * @param logits the scores, one for each id
 * @param temperature divides the scores; 0 takes the likeliest token
 * @param topK only the k likeliest; exactly k, also where scores are equal; null for all
 * @param topP only the fewest likeliest that together have at least this probability; null for all
 */
function chances(logits, { temperature = 1, topK = null, topP = null } = {}) {
  const order = ranked(logits);
  const found = new Float64Array(logits.length);
  if (temperature === 0) {
    found[order[0]] = 1;
    return found;
  }
  const divisor = Math.min(Math.max(temperature, 1e-30), 1e30);
  let p = order.map((id) => Math.exp((logits[id] - logits[order[0]]) / divisor));
  p = shares(topK === null ? shares(p) : shares(p).slice(0, topK));
  if (topP !== null && topP < 1) {
    let before = 0;
    const end = p.findIndex((share) => {
      const over = before >= topP;
      before += share;
      return over;
    });
    if (end > 0) p = shares(p.slice(0, end));
  }
  p.forEach((share, rank) => { found[order[rank]] = share; });
  return found;
}

function shares(numbers) {
  const sum = numbers.reduce((total, number) => total + number, 0);
  return numbers.map((number) => number / sum);
}

/** Numbers from 0 to 1 that a seed decides (the generator known as mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One id, each as likely as its probability says. */
function draw(probabilities, random) {
  let left = random(), last = 0;
  for (let id = 0; id < probabilities.length; id++) {
    if (!probabilities[id]) continue;
    left -= probabilities[id];
    last = id;
    if (left < 0) break;
  }
  return last;
}
