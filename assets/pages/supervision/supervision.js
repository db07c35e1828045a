/** Electronic supervision: counts by department and level, each opening its cases; it asks again while time passes. */
import { askedFor, remember } from '../../core/address.js';
import { fetched, keepAsking } from '../../core/ask.js';
import { make, write } from '../../core/dom.js';
import { keepFocus, linkTo, startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';
import { fillTable } from '../../core/table.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';
import * as ladder from './ladder.js';
import * as steps from './steps.js';
import * as urging from './urging.js';

const EVERY_MS = 2000, DAYS_EVERY_MS = 5000, HEAT = [1, 3, 6, 12, 25, 50];
const NOW = {
  overdue: { state: 'open', overdue: 'true' },
  due_soon: { state: 'open', due_soon: 'true' },
  open: { state: 'open' },
};
const DAYS = ['returned', 'badly_rated'];
/** What each table shows, as text. */
const drawn = {};
/** The day whose returned and badly rated cases are counted. */
let day = 'today';

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
    ...counts.map((count, index) => cell(name, levels[index], department, count)),
    cell(name, null, department, counts.reduce((one, other) => one + other, 0)),
  );
  return made;
}

/** Draws a table anew when a number in it has changed; who was at a link by keyboard stays there. */
function table(name, body) {
  const key = JSON.stringify([day, body[name]]);
  if (drawn[name] === key) return;
  drawn[name] = key;
  const box = document.querySelector(`[data-supervision="${name}"]`);
  const heads = [say('head-department'), ...body.levels.map((level) => say('level-name-' + level)), say('total')];
  const rows = page.departments.map(([id, label], index) =>
    line(name, label, id, body[name].map((row) => row[index]), body.levels)
  );
  const sums = body[name].map((row) => row.reduce((one, other) => one + other, 0)),
    sum = sums.reduce((one, other) => one + other, 0);
  rows.push(line(name, say('total'), null, sums, body.levels));
  keepFocus(box, () => fillTable(box, heads, rows));
  box.hidden = !sum;
  document.querySelector(`[data-none="${name}"]`).hidden = sum > 0;
  const place = document.querySelector(`[data-supervision-total="${name}"]`);
  write(place, say('cases-count', { count: sum }));
  place.dataset.value = String(sum);
}

function overview({ ok, body }) {
  if (!ok) return;
  for (const name in NOW) table(name, body);
  urging.know(body);
  document.body.dataset.supervision = 'ready';
}

function overDays({ ok, body }) {
  if (!ok) return;
  for (const name of DAYS) table(name, body);
  document.body.dataset.days = day;
}

/** @returns {Element[]} the tables of some counts */
function tables(names) {
  return names.map((name) => document.querySelector(`[data-supervision="${name}"]`));
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
  // Cases become late and climb while no report comes in, so time alone has to ask, too.
  const askDays = keepAsking({
    everyMs: DAYS_EVERY_MS,
    get: (signal) => fetched('/api/v1/supervision/days?day=' + encodeURIComponent(day), signal),
    show: overDays,
    shownIn: tables(DAYS),
  });
  for (const button of buttons) {
    button.addEventListener('click', function () {
      choose(button.dataset.day);
      askDays();
    });
  }
  const askNow = keepAsking({
    everyMs: EVERY_MS,
    get: (signal) => fetched('/api/v1/supervision', signal),
    show: overview,
    shownIn: tables(Object.keys(NOW)),
  });
  ladder.start();
  urging.start(askNow);
  steps.start();
}

begin(start);
