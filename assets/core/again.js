/** A part of a page that the server writes is written again while one looks: lists of reports, a case. */
import { keepAsking } from './ask.js';
import { byId } from './dom.js';
import { here } from './root.js';

const EVERY_MS = 5000, SELDOM_MS = 30000;
/** Each row costs the server 0.09 ms each time it is asked for: so long for each keeps that below 1 % of a core. */
const ROW_MS = 12.5;
/** Where somebody is by keyboard: the row, and the link in it; and how far each table was moved sideways. */
const at = { row: '', href: '' };
const lefts = new Map();

/** Asks for the part by a callback of Dash (callbacks/again.py); it is there once it carries what it was asked by. */
function get(signal) {
  const asked = String(performance.now()), address = here() + location.search;
  return new Promise(function (resolve, reject) {
    const watch = new MutationObserver(function () {
      if (byId('again-body').dataset.answered === asked) end(resolve);
    });
    function end(how) {
      watch.disconnect();
      how(asked);
    }
    watch.observe(byId('again-body').parentElement, { subtree: true, attributeFilter: ['data-answered'] });
    signal.addEventListener('abort', () => end(reject));
    dash_clientside.set_props('again-asked', { 'data-asked': asked, 'data-address': address });
  });
}

/** The part is made anew as a whole: whoever was at a link, or had moved a table sideways, finds it so. */
function show() {
  const active = document.activeElement, body = byId('again-body');
  for (const [place, left] of lefts) {
    const box = tables()[place];
    if (box) box.scrollLeft = left;
  }
  if (!at.href || active !== document.body && !body.contains(active)) return;
  const again = [...body.querySelectorAll('a[href]')].find(isAt);
  if (again && again !== active) again.focus({ preventScroll: true });
}

function tables() {
  return [...byId('again-body').querySelectorAll('.scroll-x')];
}

function rowOf(link) {
  const row = link.closest('[data-row]');
  return row ? row.dataset.row : '';
}

function isAt(link) {
  return link.getAttribute('href') === at.href && rowOf(link) === at.row;
}

/** Remembers where somebody is; a pointer that goes down elsewhere leaves it, which the end of a link does not. */
function remember() {
  function take(element) {
    const inside = element && byId('again-body').contains(element);
    at.href = (inside && element.getAttribute('href')) || '';
    at.row = inside ? rowOf(element) : '';
  }
  document.addEventListener('focusin', (event) => take(event.target));
  document.addEventListener('pointerdown', () => take(null));
  document.addEventListener('scroll', function (event) {
    const boxes = tables(), place = boxes.findIndex((box) => box === event.target);
    if (place >= 0) lefts.set(place, boxes[place].scrollLeft);
  }, { capture: true, passive: true });
}

/** @returns {number} how long after one question the next one comes: a long list is asked for more seldom */
function everyMs() {
  const rows = byId('again-body').querySelectorAll('tr').length;
  return Math.max(EVERY_MS, Math.min(SELDOM_MS, rows * ROW_MS));
}

/**
 * Keeps the part of the page fresh, if it has one.
 *
 * @returns {function(): void} asks for it now, since something has changed
 */
export function start() {
  const body = byId('again-body');
  if (!body) return () => {};
  remember();
  return keepAsking({ everyMs, get, show, shownIn: [body], isThere: true });
}
