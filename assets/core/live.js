/**
 * The socket: one connection to /live that heals itself, and the bodies of the topics that are watched.
 *
 * Frames are merge patches (docs/protocol.md). A gap in `prev` or another epoch means resync, never a
 * guess. A wall is never touched: the connection is tried again for ever, with a capped back-off and
 * jitter; after a sleep or when frames stop though the server answers, the page loads itself anew.
 */
import * as proxy from './proxy.js';
import { at, here } from './root.js';

export const STALE_MS = 3000;
const FIRST_RETRY_MS = 200, LAST_RETRY_MS = 1500, WATCHDOG_MS = 15000, HEALTH_MS = 30000;
const HANDSHAKE_MS = 4000, SLOW_FRAME_MS = 50;

/** @typedef {{name: string, since: number, detail: string, grave: boolean}} Notice what is wrong with the log */

/** @typedef {{type: string, topic?: string, epoch?: string, seq?: number, prev?: number, at?: number,
 *   watermark?: number, behind?: number, age_ms?: number, notices?: Notice[], version?: string,
 *   body?: Object}} Frame */

/**
 * @typedef {{epoch: string, seq: number, body: Object, handlers: Set<Function>, asked: boolean, since: number}} Topic
 * @type {Map<string, Topic>}
 */
const topics = new Map();
const listeners = new Set();
/**
 * What gives a panel's age in ms, and whether anything has come for it yet, by the name that the layout gives it.
 *
 * @type {Map<string, {age: function(): number, known: function(): boolean}>}
 */
const panels = new Map();
export const state = {
  socket: null,
  retryMs: FIRST_RETRY_MS,
  heardAt: 0,
  openedAt: 0,
  ageMs: 0,
  behind: 0,
  notices: [],
  at: 0,
  atHeard: 0,
  version: null,
  epoch: '',
  mode: 'connecting',
  frames: 0,
  resyncs: 0,
  reconnects: -1,
  slow: 0,
  shown: false,
  begun: false,
  started: performance.now(),
  checking: false,
};

function merge(body, delta) {
  for (const key in delta) {
    const value = delta[key], known = body[key];
    const both = value && known && typeof value === 'object' && typeof known === 'object';
    if (both && !Array.isArray(value) && !Array.isArray(known)) merge(known, value);
    else body[key] = value;
  }
}

function send(message) {
  if (state.socket && state.socket.readyState === WebSocket.OPEN) state.socket.send(JSON.stringify(message));
}

function subscribe() {
  send({ type: 'subscribe', topics: [...topics.keys()] });
}

function entryOf(topic) {
  if (!topics.has(topic)) {
    topics.set(topic, { epoch: '', seq: -1, body: null, handlers: new Set(), asked: false, since: performance.now() });
  }
  return topics.get(topic);
}

/**
 * Watches a topic; `handler(body, delta, frame)` gets the whole body, and what changed (null: everything).
 * @returns {Function} ends it
 */
export function watch(topic, handler) {
  const isNew = !topics.has(topic), entry = entryOf(topic);
  if (isNew) subscribe();
  else if (entry.body) handler(entry.body, null, null);
  entry.handlers.add(handler);
  return function () {
    entry.handlers.delete(handler);
    if (!entry.handlers.size && topics.get(topic) === entry) {
      topics.delete(topic);
      subscribe();
    }
  };
}

function take(frame) {
  const entry = topics.get(frame.topic);
  if (!entry) return;
  if (frame.type === 'snapshot') {
    entry.epoch = frame.epoch;
    entry.seq = frame.seq;
    entry.body = frame.body;
    entry.asked = false;
    for (const handler of entry.handlers) handler(entry.body, null, frame);
    return;
  }
  if (entry.body && frame.epoch === entry.epoch && frame.seq <= entry.seq) return;
  if (!entry.body || frame.epoch !== entry.epoch || frame.prev !== entry.seq) {
    if (!entry.asked && entry.body) {
      state.resyncs++;
      entry.asked = true;
      entry.since = performance.now();
      send({ type: 'resync', topic: frame.topic });
    }
    return;
  }
  entry.seq = frame.seq;
  merge(entry.body, frame.body);
  for (const handler of entry.handlers) handler(entry.body, frame.body, frame);
}

function onMessage(event) {
  const begun = performance.now();
  /** @type {Frame} */
  const frame = JSON.parse(event.data);
  state.heardAt = begun;
  state.frames++;
  proxy.heard();
  if (frame.at) {
    state.at = frame.at;
    state.atHeard = begun;
  }
  if (frame.type === 'heartbeat') {
    state.ageMs = frame.age_ms;
    state.behind = frame.behind;
    state.notices = frame.notices || [];
  } else if (frame.type === 'hello') {
    state.version = frame.version;
    state.epoch = frame.epoch;
    proxy.again(frame.epoch);
    checkVersion();
  } else if (frame.type === 'snapshot' || frame.type === 'delta') {
    if (state.ageMs < 1000) state.ageMs = 0;
    take(frame);
  }
  judge();
  if (performance.now() - begun > SLOW_FRAME_MS) state.slow++;
}

/** A page that was built from other files than the server now has loads itself anew. */
function checkVersion() {
  const own = document.body.dataset.version, theirs = state.version;
  if (own && theirs && theirs !== own && sessionStorage.getItem('gridwall-version') !== theirs) {
    sessionStorage.setItem('gridwall-version', theirs);
    location.reload();
  }
}

/** Milliseconds since the shown data was known to be current. */
export function age() {
  return state.heardAt ? performance.now() - state.heardAt + state.ageMs : performance.now() - state.started;
}

/** Milliseconds since one topic was known to be current: longer than `age()` while its snapshot is awaited. */
function ageOf(topic) {
  const entry = topics.get(topic);
  return entry && (entry.asked || !entry.body) ? performance.now() - entry.since : age();
}

/** What a panel shows may change (a map's layer, a card's grid); `topic()` gives the topic of the moment. */
export function names(panel, topic) {
  panels.set(panel, { age: () => ageOf(topic()), known: () => has(topic()) });
}

/** What a panel shows comes by no topic: `age()` gives its age in ms, `known()` whether it has come at all. */
export function ages(panel, age, known = () => true) {
  panels.set(panel, { age, known });
}

/** Whether anything of a topic has come yet; of one that nobody watches, whether anything has come at all. */
function has(topic) {
  const entry = topics.get(topic);
  return entry ? entry.body !== null : state.heardAt > 0;
}

/** @returns {boolean} whether all that a panel shows has come, however old it is by now */
export function isKnown(names) {
  return names.split(' ').every((name) => (panels.has(name) ? panels.get(name).known() : has(name)));
}

/** @returns {number} the age of the oldest that a panel shows, by the names that the layout gives, or by topics */
export function ageOfPanel(names) {
  return Math.max(...names.split(' ').map((name) => (panels.has(name) ? panels.get(name).age() : ageOf(name))));
}

function judge() {
  if (!state.shown) return;
  const now = performance.now(), isOpen = state.socket && state.socket.readyState === WebSocket.OPEN;
  proxy.look(now - (state.heardAt || state.started), isOpen ? now - state.openedAt : 0);
  const mode = !state.heardAt ? 'connecting' : age() > STALE_MS ? 'stale' : 'live';
  if (mode !== state.mode) {
    state.mode = mode;
    document.body.dataset.live = mode;
  }
  for (const listener of listeners) listener(state);
}

function connect() {
  const scheme = location.protocol === 'https:' ? 'wss://' : 'ws://';
  const socket = new WebSocket(scheme + location.host + proxy.address());
  state.socket = socket;
  state.begun = true;
  const giveUp = setTimeout(function () {
    socket.close();
    lost(socket);
  }, HANDSHAKE_MS);
  socket.onopen = function () {
    clearTimeout(giveUp);
    state.retryMs = FIRST_RETRY_MS;
    state.openedAt = performance.now();
    state.reconnects++;
    proxy.opened();
    subscribe();
  };
  socket.onmessage = onMessage;
  socket.onclose = function (event) {
    clearTimeout(giveUp);
    const hadFrames = state.socket === socket && state.heardAt > state.openedAt && state.openedAt > 0;
    if (!event.wasClean && hadFrames) proxy.cut(performance.now() - state.openedAt, state.epoch);
    lost(socket);
  };
}

function lost(socket) {
  if (state.socket !== socket) return;
  state.socket = null;
  const wait = state.retryMs * (0.7 + 0.6 * Math.random());
  state.retryMs = Math.min(state.retryMs * 1.6, LAST_RETRY_MS);
  setTimeout(connect, wait);
}

/** Frames have stopped on an open socket: first a new socket; if the server answers all the same, a new page. */
async function watchdog() {
  const quiet = performance.now() - Math.max(state.heardAt, state.openedAt);
  if (quiet > STALE_MS + 1000 && state.socket && state.socket.readyState === WebSocket.OPEN) {
    const old = state.socket;
    state.socket = null;
    old.onclose = old.onmessage = null;
    old.close();
    connect();
  }
  // A page that never got a frame gains nothing by loading itself anew: core/proxy.js finds out what is wrong.
  if (state.heardAt && performance.now() - state.heardAt > WATCHDOG_MS && !state.checking) {
    state.checking = true;
    try {
      const answer = await fetch(at('/healthz'), { cache: 'no-store' });
      if (answer.ok && performance.now() - state.heardAt > WATCHDOG_MS) location.reload();
    } catch { /* the server is away: the socket goes on trying */ }
    state.checking = false;
  }
}

function reportHealth() {
  const memory = performance.memory;
  send({
    type: 'health',
    page: here(),
    uptime_s: Math.round((performance.now() - state.started) / 1000),
    frames: state.frames,
    resyncs: state.resyncs,
    reconnects: Math.max(0, state.reconnects),
    slow_frames: state.slow,
    heap_bytes: memory ? memory.usedJSHeapSize : null,
  });
}

/** Asks for the page's first frames while its scripts are still starting, so that all is there together. */
function early() {
  const named = document.querySelector('meta[name=gridwall-topics]');
  if (!named || !named.content) return;
  for (const topic of named.content.split(' ')) entryOf(topic);
  connect();
}

/** What was asked for early and is not shown after all (another layer, say) is not watched any more. */
function drop() {
  for (const [topic, entry] of topics) if (!entry.handlers.size) topics.delete(topic);
  subscribe();
}

/** The page is there and says from now on how fresh it is. */
export function start() {
  document.body.dataset.live = 'connecting';
  state.shown = true;
  checkVersion();
  if (state.begun) drop();
  else connect();
  judge();
  setInterval(judge, 250);
  setInterval(watchdog, 1000);
  setInterval(reportHealth, HEALTH_MS);
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden && age() > STALE_MS && state.socket) state.socket.close();
  });
  window.addEventListener('online', function () {
    if (state.socket) state.socket.close();
  });
}

/** Calls `listener(state)` four times a second, and whenever the page becomes live or stale. */
export function onState(listener) {
  listeners.add(listener);
}

early();
window.gridwall = Object.assign(window.gridwall || {}, { live: { state, watch } }); // for tests and measurements
