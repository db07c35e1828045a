/**
 * What a proxy between this page and its server does wrong: when no frames come, the server is asked what it sees
 * of the page's attempts, and the page says which line of the proxy's configuration mends it (core/clock.js).
 */
import { at } from './root.js';

const QUIET_MS = 1500, AGAIN_MS = 5000, GIVE_UP_MS = 4000;
/** Time-outs of proxies are round; two lives that differ by less than this were ended by the same one. */
const ROUND_MS = 30000, ALIKE_MS = 750, ALIKE = 0.05;

/**
 * `causes` as the server names them, `host` what a proxy tells it, `isAway` when nobody answers; `cutS` after how
 * many seconds connections are cut, 0 when they are not.
 */
export const wrong = { causes: [], host: '', isAway: false, cutS: 0 };
/** The attempt of the moment, the last one that failed, lives of sockets that were cut, and when was asked. */
const known = { attempt: '', isOpen: false, failed: '', lives: [], askedAt: -AGAIN_MS, isAsking: false };

/** @returns {string} the address of the socket, with a name for this attempt */
export function address() {
  if (known.attempt && !known.isOpen) known.failed = known.attempt;
  known.attempt = Math.random().toString(36).slice(2, 12);
  known.isOpen = false;
  return at('/live?try=' + known.attempt);
}

/** The browser takes the socket for open. */
export function opened() {
  known.isOpen = true;
}

/** Frames come. */
export function heard() {
  if (wrong.causes.length) wrong.causes = [];
  wrong.isAway = false;
}

/** A socket that had brought frames of a server process (`epoch`) for so long was cut without a word. */
export function cut(livedMs, epoch) {
  known.lives.push({ ms: livedMs, epoch });
  if (known.lives.length > 2) known.lives.shift();
}

/** The next socket is there, from a server process: if that is the one as before, it was not the server that left. */
export function again(epoch) {
  const [before, last] = known.lives.length > 1 ? known.lives : [null, known.lives[0]];
  if (!last || last.epoch !== epoch) return;
  const off = Math.abs(last.ms - Math.round(last.ms / ROUND_MS) * ROUND_MS);
  const isAlike = before && before.epoch === epoch &&
    Math.abs(before.ms - last.ms) < Math.max(ALIKE_MS, ALIKE * last.ms);
  if (!isAlike && (last.ms < ROUND_MS / 2 || off > ALIKE_MS)) return;
  wrong.cutS = Math.max(1, Math.round(last.ms / 1000));
  ask({ lived_s: String(wrong.cutS) });
}

/** Called a few times a second: asks once nothing has come for a while; forgets a cut that a socket has outlived. */
export function look(quietMs, livedMs) {
  if (livedMs > wrong.cutS * 1500) wrong.cutS = 0;
  if (quietMs < QUIET_MS || known.isAsking || performance.now() - known.askedAt < AGAIN_MS) return;
  known.askedAt = performance.now();
  const attempt = known.isOpen ? known.attempt : known.failed || known.attempt;
  ask({ try: attempt, opened: String(known.isOpen) });
}

async function ask(question) {
  const asked = new URLSearchParams({ ...question, page: location.host });
  known.isAsking = true;
  try {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    const answer = await fetch(at('/api/v1/connection?' + asked), { signal, cache: 'no-store' });
    const told = await answer.json();
    if ('try' in question) Object.assign(wrong, { causes: told.causes, host: told.host, isAway: false });
  } catch {
    Object.assign(wrong, { causes: [], isAway: true });
  }
  known.isAsking = false;
}
