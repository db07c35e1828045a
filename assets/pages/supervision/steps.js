/** Where the time goes: which share of its limit each step uses, half of the cases and nine out of ten. */
import { fetched, keepAsking } from '../../core/ask.js';
import { byId, make } from '../../core/dom.js';
import { fillTable, tableRow } from '../../core/table.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';

const EVERY_MS = 60000;
const STEPS = ['file', 'dispatch', 'handle', 'close'], SCALE = 1.5; // a bar's whole width is one and a half limits
const share = (value) => words.percent(value) + '%';

function part(name, from, to) {
  const made = make('i', name);
  made.style.left = Math.min(1, from / SCALE) * 100 + '%';
  made.style.width = Math.max(0, Math.min(1, to / SCALE) - Math.min(1, from / SCALE)) * 100 + '%';
  return made;
}

/** @returns {HTMLElement} both shares as bars over each other, what lies beyond the limit set apart, and in words */
function spread(values, slowest) {
  const box = make('div', slowest ? 'spread slowest' : 'spread'),
    bar = make('span', 'spread-bar', null, { 'aria-hidden': 'true' }),
    text = make('span', 'spread-text');
  bar.append(
    part('p90', 0, Math.min(1, values.p90)),
    part('p50', 0, Math.min(1, values.p50)),
    part('late', 1, values.p90),
    part('limit', 1, 1),
  );
  if (values.p90 > SCALE) bar.append(make('b', '', '›'));
  text.append(
    share(values.p50) + ' / ',
    make('b', values.p90 > 1 ? 'late' : '', (values.p90 > 1 ? '▲ ' : '') + share(values.p90)),
    make('small', '', ' n = ' + words.number(values.count)),
  );
  box.append(bar, text);
  if (slowest) box.append(make('em', 'slowest-tag', '◆ ' + say('slowest')));
  return box;
}

function categoryRow({ category, steps }) {
  const known = page.labels.category[category],
    slowest = STEPS.filter((step) => steps[step]).sort((one, other) => steps[other].p90 - steps[one].p90)[0];
  const line = tableRow([
    known ? words.named(known) : category,
    ...STEPS.map((step) => (steps[step] ? spread(steps[step], step === slowest) : '–')),
  ]);
  STEPS.forEach(function (step, index) {
    line.cells[index + 1].dataset.head = say('step-' + step);
  });
  line.dataset.category = category;
  line.dataset.slowest = slowest || '';
  return line;
}

function show({ ok, body }) {
  if (!ok) return;
  const { categories, cases } = body;
  const heads = [say('head-category'), ...STEPS.map((step) => say('step-' + step))];
  fillTable(byId('step-shares'), heads, categories.map(categoryRow));
  const note = byId('step-shares-note');
  note.textContent = cases ? say('step-shares-note', { count: cases }) : say('step-shares-none');
  note.dataset.value = String(cases);
}

export function start() {
  keepAsking({
    everyMs: EVERY_MS,
    get: (signal) => fetched('/api/v1/supervision/steps', signal),
    show,
    shownIn: [byId('step-shares')],
  });
}
