/** The city's clock and the words about freshness. */
import { byId, write } from './dom.js';
import * as live from './live.js';
import { page, say } from './words.js';
import * as words from './words.js';

/** How fresh the page was when it was last said. */
const told = { mode: '' };

/** @returns {number} the city's time in ms: the last frame's, carried on at the city's speed */
export function now() {
  const state = live.state;
  if (!state.at) return Date.now();
  return state.at + (performance.now() - state.atHeard) * page.speed;
}

/** @returns {number} the city's time of what is on screen: heartbeats go on while Redis is silent, the data does not */
function asOf() {
  return live.state.at - live.state.ageMs * page.speed;
}

function tick() {
  const state = live.state;
  if (!state.at) return;
  const shown = document.body.dataset.live === 'stale' ? asOf() : now();
  write(byId('clock-time'), words.time(shown));
  write(byId('clock-date'), words.date(shown));
}

function seconds(ms) {
  return ms < 10000 ? (ms / 1000).toFixed(1) : String(Math.round(ms / 1000));
}

/** Says how fresh the screen is, and when it is not, why. */
function freshness() {
  const state = live.state, mode = document.body.dataset.live, age = seconds(live.age());
  const text = mode === 'live' && state.behind > 2000
    ? say('catching-up', { behind: state.behind })
    : say(mode, { age });
  write(byId('freshness'), text);
  const banner = byId('banner');
  if (mode === 'stale') {
    const reason = state.socket && state.ageMs > 1000 ? 'no-redis' : 'reconnecting';
    const time = state.at ? words.time(asOf()) : '–';
    write(banner, say(reason, { time }) + ' ' + say('retrying'));
  }
  banner.hidden = mode !== 'stale';
}

/** A panel says its age when that is more than it should be: a frame missed, a snapshot awaited, or all stale. */
function panelAges() {
  for (const place of document.querySelectorAll('.panel-age')) {
    const age = live.ageOfPanel(place.dataset.topic), old = age > live.STALE_MS;
    if (old) write(place, say('panel-age', { age: seconds(age) }));
    if (place.hidden === old) place.hidden = !old;
  }
}

export function start() {
  setInterval(function () {
    tick();
    freshness();
    panelAges();
  }, 500);
  live.onState(function () {
    const mode = document.body.dataset.live;
    if (mode !== told.mode) {
      told.mode = mode;
      freshness();
      tick();
      panelAges();
    }
  });
}
