/** Electronic supervision: counts by department and level, each opening its cases; it asks again while time passes. */
import { askedFor, remember } from '../../core/address.js';
import { make, write } from '../../core/dom.js';
import { keepFocus, linkTo, startPage, tableRow } from '../../core/page.js';
import { begin } from '../../core/start.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';
import * as ladder from './ladder.js';
import * as steps from './steps.js';
import * as urging from './urging.js';

const EVERY_MS = 2000,
  LADDER_EVERY_MS = 1000,
  DAYS_EVERY_MS = 5000,
  STEPS_EVERY_MS = 60000,
  HEAT = [1, 3, 6, 12, 25, 50];
const NOW = {
  overdue: { state: 'open', overdue: 'true' },
  due_soon: { state: 'open', due_soon: 'true' },
  open: { state: 'open' },
};
const DAYS = ['returned', 'badly_rated'];
const askedAt = {}, asking = {}, drawn = {};
let day = 'today', turn = 0;

function heat(count) {
  let step = 0;
  while (step < HEAT.length && count >= HEAT[step]) step++;
  return 'heat-' + step;
}

/** @returns {string} the address of exactly what a cell counts; null for all levels or departments */
function address(name, level, department) {
  const asked = {
    ...(NOW[name] || { [name + '_on']: day }),
    ...(level ? { level } : {}),
    ...(department ? { department } : {}),
  };
  return '/cases?' + new URLSearchParams(asked);
}

function cell(name, level, department, count) {
  const isSum = !level || !department,
    place = make('td', isSum ? 'heat-total' : heat(count), null, {
      'data-value': String(count),
      ...(level ? { 'data-level': level } : {}),
      ...(department ? { 'data-department': department } : {}),
    });
  place.append(count ? linkTo(words.number(count), address(name, level, department)) : '·');
  return place;
}

function line(name, label, department, counts, levels) {
  const made = make('tr', department ? '' : 'sum');
  made.append(
    make('th', 'text', label, { scope: 'row' }),
    ...counts.map((count, at) => cell(name, levels[at], department, count)),
    cell(name, null, department, counts.reduce((one, other) => one + other, 0)),
  );
  return made;
}

/** Draws a table anew when a number in it has changed; who was at a link by keyboard stays there. */
function table(name, body) {
  const key = JSON.stringify([day, body[name]]);
  if (drawn[name] === key) return;
  drawn[name] = key;
  const box = document.querySelector(`[data-supervision="${name}"]`), head = make('thead'), rows = make('tbody');
  head.append(
    tableRow([say('head-department'), ...body.levels.map((level) => say('level-name-' + level)), say('total')], 'th'),
  );
  head.querySelectorAll('th').forEach((place) => place.setAttribute('scope', 'col'));
  page.departments.forEach(([id, label], at) =>
    rows.append(line(name, label, id, body[name].map((row) => row[at]), body.levels))
  );
  const sums = body[name].map((row) => row.reduce((one, other) => one + other, 0)),
    sum = sums.reduce((one, other) => one + other, 0);
  rows.append(line(name, say('total'), null, sums, body.levels));
  keepFocus(box, function () {
    box.replaceChildren(head, rows);
  });
  box.hidden = !sum;
  document.querySelector(`[data-none="${name}"]`).hidden = sum > 0;
  const place = document.querySelector(`[data-supervision-total="${name}"]`);
  write(place, say('cases-count', { count: sum }));
  place.dataset.value = String(sum);
}

async function overview() {
  const body = await (await fetch('/api/v1/supervision')).json();
  for (const name in NOW) table(name, body);
  urging.know(body);
  document.body.dataset.supervision = 'ready';
}

async function overDays() {
  const own = ++turn,
    answer = await fetch('/api/v1/supervision/days?day=' + encodeURIComponent(day)),
    body = await answer.json();
  if (own !== turn || !answer.ok) return;
  for (const name of DAYS) table(name, body);
  document.body.dataset.days = day;
}

/** @type {[number, function(): Promise<void>][]} how often each part is asked for */
const PARTS = [[LADDER_EVERY_MS, () => ladder.load()], [EVERY_MS, overview], [EVERY_MS, () => urging.load()], [
  DAYS_EVERY_MS,
  overDays,
], [STEPS_EVERY_MS, () => steps.load()]];

/** Asks for every part whose time has come; what was not answered is asked for again. */
function load(now) {
  if (document.hidden) return;
  PARTS.forEach(function ([every, ask], at) {
    if (asking[at] || (!now && performance.now() - askedAt[at] < every)) return;
    askedAt[at] = performance.now();
    asking[at] = true;
    ask().catch(function () {/* the server is away: the page says so */}).finally(function () {
      asking[at] = false;
    });
  });
}

function choose(value) {
  day = value;
  for (const button of document.querySelectorAll('[data-day]')) {
    button.setAttribute('aria-pressed', String(button.dataset.day === day));
  }
  remember('day', day === 'today' ? null : day);
}

function start() {
  startPage();
  const buttons = [...document.querySelectorAll('[data-day]')], asked = askedFor('day');
  choose(buttons.some((button) => button.dataset.day === asked) ? asked : 'today');
  for (const button of buttons) {
    button.addEventListener('click', function () {
      choose(button.dataset.day);
      overDays().catch(function () {/* it is asked again */});
    });
  }
  ladder.start(page);
  urging.start(page, function () {
    overview();
    urging.load();
  });
  load(true);
  // Cases become late and climb while no report comes in, so time alone has to ask, too.
  setInterval(function () {
    load(false);
  }, LADDER_EVERY_MS / 2);
}

begin(start);
