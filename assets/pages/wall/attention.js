/** Two lists: what needs attention (worst first), and the latest reports (newest first). */
import * as clock from '../../core/clock.js';
import { byId, make, write } from '../../core/dom.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';
import { areaName, gridName } from '../../map/names.js';
import * as card from './card.js';
import { go } from '../../core/root.js';

const TICKER_EVERY_MS = 500; // nobody reads faster; the numbers beside it change with every frame
const SHAPES = { overdue: '▲', 'due-soon': '◆', silent: '▨', 'dead-letters': '●', ahead: '◷' };
/** @type {Set<string>} */
const toFit = new Set();
/** The body that was shown last. */
let body = null;
/** When the ticker was last drawn, the timer of its next drawing, and how many lines it had. */
let tickerAt = 0, tickerTimer = 0, tickerLines = 0;

function category(id) {
  const known = page.labels.category[id];
  return known ? words.named(known) : id;
}

function headline(item) {
  if (item.kind === 'silent') return say('silent-grids', { area: areaName(item.area), count: item.count });
  if (item.kind === 'dead-letters') return say('dead-letters', { count: item.count });
  if (item.kind === 'ahead') return say('ahead', { count: item.count });
  return category(item.category) + ' · ' + gridName(item.grid);
}

function note(item, now) {
  if (item.kind === 'silent') return say('silent-note', { time: words.minute(item.last) });
  if (item.kind === 'dead-letters') return say('dead-letters-note');
  if (item.kind === 'ahead') return say('ahead-note');
  const time = words.length(Math.abs(now - item.due));
  return say(item.due < now ? 'overdue-by' : 'due-in', { time }) + ' · ' + say('level-' + item.level);
}

function line(item, now) {
  const row = make('li', 'attention-' + item.kind);
  const words = make('div');
  words.append(make('b', '', headline(item)), make('span', '', note(item, now)));
  row.append(make('i', '', SHAPES[item.kind], { 'aria-hidden': 'true' }), words);
  if (item.case) row.dataset.case = item.case;
  const pages = {
    silent: '/workers?state=silent&area=' + encodeURIComponent(item.area),
    'dead-letters': '/system',
    ahead: '/system',
  };
  row.dataset.href = pages[item.kind] || '/cases/' + encodeURIComponent(item.case);
  row.tabIndex = 0;
  return row;
}

/** Makes a line open the card of its grid, by mouse and by keyboard. */
function openable(row, grid) {
  row.tabIndex = 0;
  row.dataset.grid = String(grid);
}

function empty(list, title, detail) {
  const row = make('li', 'empty');
  row.append(make('b', '', say(title)), make('span', '', say(detail)));
  list.replaceChildren(row);
}

/**
 * Shows only lines that fit as a whole; on a page that scrolls all of them do. Of many overdue cases
 * the least urgent give way first, so that silence and dead letters stay in sight.
 */
function fit(list) {
  const rows = Array.from(list.children), room = list.clientHeight;
  for (const row of rows) row.hidden = false;
  if (!room || getComputedStyle(document.body).overflowY !== 'hidden') return;
  const heights = rows.map((row) => row.getBoundingClientRect().height);
  let needed = heights.reduce((sum, height) => sum + height, 0);
  const late = rows.filter((row) => row.className === 'attention-overdue').slice(2);
  const order = [...rows.filter((row) => !late.includes(row)), ...late];
  while (needed > room + 1 && order.length > 1) {
    const row = order.pop();
    row.hidden = true;
    needed -= heights[rows.indexOf(row)];
  }
}

/** Fits lists before the next frame is drawn, when the page is laid out anyway. */
function fitSoon(id) {
  if (!toFit.size) {
    requestAnimationFrame(function () {
      for (const list of toFit) fit(byId(list));
      toFit.clear();
    });
  }
  toFit.add(id);
}

function attention() {
  const list = byId('attention-list'), now = clock.now();
  if (!body.attention) return;
  if (!body.attention.length) empty(list, 'nothing-late', 'nothing-late-note');
  else list.replaceChildren(...body.attention.map((item) => line(item, now)));
  fitSoon('attention-list');
  const total = body.attention_total;
  write(byId('attention-note'), total ? say('more', { count: total }) : '');
}

/** Draws the ticker now, or once the last drawing is old enough. */
function tickerSoon() {
  if (tickerTimer) return;
  const wait = tickerAt + TICKER_EVERY_MS - performance.now();
  if (wait <= 0) ticker();
  else tickerTimer = setTimeout(ticker, wait);
}

function ticker() {
  tickerTimer = 0;
  tickerAt = performance.now();
  const list = byId('ticker-list');
  if (!body.ticker) return;
  if (!body.ticker.length) {
    empty(list, 'no-reports', 'no-reports-note');
    return;
  }
  body.ticker.forEach(function (entry, index) {
    const [at, kind, grid, kindOfCase] = entry;
    let row = list.children[index];
    if (!row || row.className !== 'report') {
      row = make('li', 'report');
      row.append(make('time', ''), make('b', ''), make('span', ''));
      if (list.children[index]) list.replaceChild(row, list.children[index]);
      else list.append(row);
    }
    write(row.children[0], words.time(at));
    write(row.children[1], say(kind));
    write(row.children[2], (kindOfCase ? category(kindOfCase) + ' · ' : '') + gridName(grid));
    if (grid >= 0) openable(row, grid);
  });
  while (list.children.length > body.ticker.length) list.lastChild.remove();
  if (tickerLines !== list.children.length) {
    tickerLines = list.children.length;
    fitSoon('ticker-list');
  }
}

export function show(whole, delta) {
  body = whole;
  if (!delta || delta.attention || 'attention_total' in delta) attention();
  if (!delta) ticker();
  else if (delta.ticker) tickerSoon();
  if (!delta || (delta.kpi && 'reports-per-minute' in delta.kpi)) {
    write(byId('ticker-note'), say('per-minute', { count: whole.kpi['reports-per-minute'] }));
  }
}

export function start() {
  for (const id of ['attention-list', 'ticker-list']) {
    const list = byId(id);
    const open = function (event) {
      const row = event.target.closest('[data-grid], [data-href]');
      if (!row || (event.type !== 'click' && event.key !== 'Enter')) return;
      event.preventDefault(); // or the card's button, which has the focus then, takes the key too
      if (row.dataset.href) go(row.dataset.href);
      else card.open(Number(row.dataset.grid));
    };
    list.addEventListener('click', open);
    list.addEventListener('keydown', open);
  }
  setInterval(function () {
    if (body) attention();
  }, 30000);
  window.addEventListener('resize', function () {
    ['attention-list', 'ticker-list'].forEach(fitSoon);
  });
}

/** Draws both lists again, when names of areas have come to be known. */
export function redraw() {
  if (body) show(body, null);
}
