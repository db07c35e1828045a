/** The system's own condition: values with their limits, what to do about those that are broken, and dead letters. */
import { askedFor } from '../../core/address.js';
import { fetched, keepAsking } from '../../core/ask.js';
import { byId, make, write } from '../../core/dom.js';
import { keepFocus, linkTo, startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';
import { tableRow } from '../../core/table.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';

const EVERY_MS = 3000, AT_ONCE = 50, MOST = 1000;
const SHAPES = { ok: '●', watch: '◆', broken: '▲', unknown: '○' };
/** How many letters are shown, and what they are known by as long as they are the same. */
let shown = AT_ONCE, drawn = '', older = null;

// ------------------------------------------------------------------ values

function seconds(value) {
  if (value < 0.95) return say('system-milliseconds', { n: Math.round(value * 1000) });
  return value < 120 ? say('system-seconds', { n: Math.round(value * 10) / 10 }) : words.length(value * 1000);
}

function megabytes(value) {
  return words.number(Math.round(value / 100000) / 10) + ' MB';
}

/** @returns {string} a text of the server in the language of the page, or as it is when it is a name */
function named(text) {
  const key = 'system-text-' + text;
  return page.words[key] === undefined ? text : say(key);
}

function written(unit, value) {
  if (value === null) return '–';
  if (unit === 's') return seconds(value);
  if (unit === 'bytes') return megabytes(value);
  return unit === 'count' ? words.number(value) : named(value);
}

/** @returns {string} a value in one short text; what went wrong is told in full above */
function short(one) {
  if (one.id === 'log-ready') return say(one.state === 'ok' ? 'system-caught-up' : 'system-not-caught-up');
  if (one.unit === 'text' && one.value === null) return say(one.state === 'ok' ? 'system-no-error' : 'system-unknown');
  if (one.state === 'broken' && /error|disk|writable/.test(one.id)) return say('system-failed');
  return written(one.unit, one.value);
}

/** @returns {string} the limit as people read it: the most, or the only text that is good */
function limit(one) {
  if (one.limit === null) return '';
  if (one.limit === 0) return say('system-should-be-none');
  const text = written(one.unit, one.limit);
  return one.unit === 'text' ? text : say('system-at-most', { most: text });
}

function showValue(one) {
  const row = document.querySelector(`tr[data-system="${one.id}"]`);
  if (!row) return;
  row.dataset.state = one.state;
  row.dataset.value = one.value === null ? '' : String(one.value);
  write(row.cells[1], (one.state === 'ok' ? '' : SHAPES[one.state] + ' ') + short(one));
  write(row.cells[2], limit(one));
}

// ------------------------------------------------------------------ what to do

function todo(state, title, advice, said) {
  const item = make('li', 'system-' + state);
  item.append(make('i', '', SHAPES[state], { 'aria-hidden': 'true' }), make('b', '', title), make('span', '', advice));
  if (said) item.append(make('code', '', said));
  return item;
}

function showTodo({ state, values, loops }) {
  const urgent = (one) => (one.state === 'broken' ? 0 : 1);
  const wrong = values.filter((one) => one.state === 'broken' || one.state === 'watch')
    .sort((one, other) => urgent(one) - urgent(other));
  const items = wrong.map(function (one) {
    const label = document.querySelector(`tr[data-system="${one.id}"] th`);
    const said = one.unit === 'text' && one.value !== null && !/^(keeper|persistence)$/.test(one.id) ? one.value : '';
    return todo(one.state, label ? label.textContent : one.id, say('system-do-' + one.id), said);
  });
  const waiting = Object.entries(loops).map(([name, reason]) =>
    todo('broken', say('system-loop', { name }), say('system-do-loop'), reason)
  );
  byId('system-todo').replaceChildren(...waiting, ...items);
  const place = byId('system-state');
  place.dataset.state = state;
  write(place, SHAPES[state] + ' ' + say('system-is-' + state));
}

// ------------------------------------------------------------------ streams

function shardRow(shard) {
  const behind = Math.max(0, shard.length - shard.folded), late = behind > 0 || !shard.caught_up;
  const row = tableRow([
    shard.stream,
    words.number(shard.length),
    words.number(shard.folded),
    (late ? SHAPES.watch + ' ' : '') + words.number(behind),
    shard.position || '–',
  ]);
  row.dataset.shard = String(shard.shard);
  for (const at of [1, 2, 3]) row.cells[at].className = '';
  return row;
}

// ------------------------------------------------------------------ dead letters

/** @returns {string} what is wrong, with the part of the report that it is about */
const wrong = (one) => (one.field ? one.field + ': ' : '') + one.reason;

/** @returns {string} the address of this page with the letters of a reason and a source */
function only(one) {
  return '/system?' + new URLSearchParams({ reason: one.reason, source: one.source }) + '#system-letters';
}

function showAlike(letters) {
  const note = byId('system-alike-note'), box = byId('system-alike');
  note.textContent = letters ? say('system-looked-at', { count: letters.looked_at }) : say('system-no-letters');
  if (!letters) return;
  keepFocus(box, function () {
    box.replaceChildren(...letters.alike.map(function (one) {
      const row = tableRow([words.number(one.count), linkTo(wrong(one), only(one)), one.source || '–']);
      row.dataset.count = String(one.count);
      return row;
    }));
  });
  box.closest('.panel').hidden = !letters.alike.length;
}

function letter(one) {
  const item = make('li'), box = make('details', '', null, { 'data-letter': one.at }), head = make('summary');
  const at = Number(one.stream_id.split('-')[0]);
  head.append(
    make('time', 'mute', words.day(at) + ' ' + words.time(at)),
    make('b', '', wrong(one)),
    make('span', 'mute', one.source || say('system-no-source')),
  );
  const facts = say('system-letter', { id: one.stream_id, size: words.number(one.size_bytes) });
  box.append(head, make('p', 'mute', facts), make('pre', '', one.raw, { tabindex: '0' }));
  item.append(box);
  return item;
}

/** Draws the letters anew when there are others; those that are open stay open, and who is at one stays there. */
function showLetters({ dead_letters: found, next }) {
  byId('system-none').hidden = found.length > 0;
  byId('system-more').hidden = next === null;
  older = next;
  const now = found.map((one) => one.at).join();
  if (now === drawn && found.length) return;
  drawn = now;
  const box = byId('system-letters');
  const open = new Set([...box.querySelectorAll('details[open]')].map((one) => one.dataset.letter));
  const active = document.activeElement && document.activeElement.closest('details');
  box.replaceChildren(...found.map(letter));
  for (const one of box.querySelectorAll('details')) {
    one.open = open.has(one.dataset.letter);
    if (active && active.dataset.letter === one.dataset.letter) one.querySelector('summary').focus();
  }
}

function showChosen() {
  const reason = askedFor('reason'), source = askedFor('source'), cursor = askedFor('cursor');
  const place = byId('system-chosen');
  place.hidden = reason === null && source === null && cursor === null;
  const chosen = [reason, source, cursor && say('system-older')].filter(Boolean).join(' · ');
  place.replaceChildren(say('system-chosen', { chosen }), ' ', linkTo(say('system-all'), '/system#system-letters'));
}

// ------------------------------------------------------------------ asking

function query() {
  const asked = new URLSearchParams({ limit: String(shown) });
  for (const name of ['reason', 'source', 'cursor']) {
    const value = askedFor(name);
    if (value !== null) asked.set(name, value);
  }
  return asked;
}

/** Asks for both; letters cannot be read while Redis does not answer, and just then the rest is wanted. */
function load(signal) {
  return Promise.all([
    fetched('/api/v1/system', signal),
    fetched('/api/v1/dead-letters?' + query(), signal).catch(() => null),
  ]);
}

function show([system, letters]) {
  system.body.values.forEach(showValue);
  showTodo(system.body);
  byId('system-shards').replaceChildren(...system.body.shards.map(shardRow));
  showAlike(system.body.dead_letters);
  if (letters && letters.ok) showLetters(letters.body);
  document.body.dataset.system = 'ready';
}

/** A page holds so many letters and no more; those before them are on the next one. */
function goOn(cursor) {
  const address = new URL(location.href);
  address.searchParams.set('cursor', cursor);
  address.hash = 'system-letters';
  location.assign(address);
}

function start() {
  startPage();
  showChosen();
  const shownIn = [...document.querySelectorAll('.system > .panel > :not(h2)')];
  const ask = keepAsking({ everyMs: EVERY_MS, get: load, show, shownIn });
  byId('system-more').addEventListener('click', function () {
    if (shown >= MOST && older !== null) {
      goOn(older);
      return;
    }
    shown = Math.min(MOST, shown + AT_ONCE);
    ask();
  });
}

begin(start);
