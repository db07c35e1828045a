/**
 * The one loop that asks the server again and again, for what no topic brings (docs/architecture.md says when that is).
 *
 * It asks while somebody looks, never twice at once, more slowly while the server does not answer, and says how old
 * the answer is once that is more than it should be.
 */
import * as live from './live.js';
import { at } from './root.js';

const LOOK_MS = 250, GIVE_UP_MS = 10000, SLOWEST = 8;
/** How many panels say the age of an answer: each has a name of its own. */
let asked = 0;

/**
 * @typedef {object} Question
 * @property {number|function(): number} everyMs how long after one question the next one comes
 * @property {function(AbortSignal): Promise<any>} get asks; what it raises means that the server is away
 * @property {function(any): void} show gets the answer, unless something else was asked for meanwhile
 * @property {Element[]} [shownIn] elements in the parts of the page that show the answer, which say its age
 * @property {boolean} [isThere] the page brought the first answer along
 */

/**
 * Asks for JSON.
 *
 * @returns {Promise<{ok: boolean, body: any}>} what the server answers, also when it refuses; raises when it cannot
 */
export async function fetched(address, signal) {
  const answer = await fetch(at(address), { signal, headers: { accept: 'application/json' } });
  if (answer.status >= 500) throw new Error(`${address}: ${answer.status}`);
  return { ok: answer.ok, body: await answer.json() };
}

/**
 * Asks at once, and from then on every `everyMs`.
 *
 * @param {Question} question
 * @returns {function(): Promise<void>} asks now, since something else is wanted: an answer on its way counts no more
 */
export function keepAsking({ everyMs, get, show, shownIn = [], isThere = false }) {
  const pace = () => (typeof everyMs === 'function' ? everyMs() : everyMs);
  const state = { asking: null, askedAt: 0, heardAt: performance.now(), failures: 0, isKnown: isThere };

  async function now() {
    if (state.asking) state.asking.abort();
    const own = new AbortController();
    state.asking = own;
    state.askedAt = performance.now();
    const answer = await get(own.signal).catch(() => null); // the server is away: the page says so
    if (state.asking !== own) return;
    state.asking = null;
    state.failures = answer === null ? state.failures + 1 : 0;
    if (answer === null) return;
    state.heardAt = performance.now();
    state.isKnown = true;
    show(answer);
  }

  function look() {
    const since = performance.now() - state.askedAt;
    if (state.asking && since > GIVE_UP_MS) state.asking.abort();
    if (!document.hidden && !state.asking && since >= pace() * Math.min(2 ** state.failures, SLOWEST)) now();
  }

  /** The age of the answer, once it is older than it should be, or of the page, when that is older and has frames. */
  function age() {
    const since = performance.now() - state.heardAt;
    return Math.max(live.state.heardAt ? live.age() : 0, since > pace() + live.STALE_MS ? since : 0);
  }

  for (const element of shownIn) sayAge(element, age, () => state.isKnown);
  setInterval(look, LOOK_MS);
  document.addEventListener('visibilitychange', look);
  if (isThere) state.askedAt = state.heardAt;
  else now();
  return now;
}

/** Lets the part of a page that an element is in say the age of an answer instead of the page's (core/clock.js). */
function sayAge(element, age, known) {
  const part = element.closest('[data-moves], .panel'), place = part && part.querySelector('.panel-age');
  if (!place) return;
  place.dataset.topic = 'asked-' + ++asked;
  live.ages(place.dataset.topic, age, known);
}
