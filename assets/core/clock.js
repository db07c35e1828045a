/** The city's clock and the words about freshness. */
import { byId, write } from './dom.js';
import * as live from './live.js';
import { wrong } from './proxy.js';
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
  if (mode === 'live') banner([...state.notices.map(noticed), ...cut()].join(' '), !grave(state));
  else banner([...(mode === 'stale' ? [standing(state)] : []), ...missing(mode)].join('\n'), false);
}

/** @returns {string[]} what a proxy does wrong, so that no numbers come */
function missing(mode) {
  if (wrong.isAway) return mode === 'stale' ? [] : [say('no-answer')];
  return wrong.causes.map((cause) => say('proxy-' + cause, { host: wrong.host, page: location.host }));
}

/** @returns {string[]} that a proxy ends connections, though numbers come */
function cut() {
  return wrong.cutS ? [say('proxy-cut', { seconds: wrong.cutS })] : [];
}

/** @returns {string} why the numbers stand still */
function standing(state) {
  const reason = state.socket && state.ageMs > 1000 ? 'no-redis' : 'reconnecting';
  const time = state.at ? words.time(asOf()) : '–';
  return say(reason, { time }) + ' ' + say('retrying');
}

/** @returns {string} what is wrong with the log though it is read: reports are not stored, say */
function noticed(notice) {
  return say('notice-' + notice.name, { time: words.minute(notice.since), detail: notice.detail });
}

function grave(state) {
  return state.notices.some((notice) => notice.grave);
}

/** Shows a text over the page, or (an empty one) nothing; a warning stands at the edge, out of the way. */
function banner(text, isWarning) {
  const place = byId('banner');
  if (text) {
    write(place, text);
    place.classList.toggle('warning', isWarning);
  }
  place.hidden = !text;
}

/** A panel says its age when that is more than it should be: a frame missed, a snapshot awaited, or all stale. */
function panelAges() {
  for (const place of document.querySelectorAll('.panel-age')) {
    const age = live.ageOfPanel(place.dataset.topic), old = age > live.STALE_MS;
    if (old) {
      write(place, live.isKnown(place.dataset.topic) ? say('panel-age', { age: seconds(age) }) : say('panel-waiting'));
    }
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
