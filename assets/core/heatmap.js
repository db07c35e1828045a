/** The heatmap of open cases: rows are categories or districts, columns are age buckets, cells carry their count. */
import { askedFor, remember } from './address.js';
import { byId, make, write } from './dom.js';
import { page, say } from './words.js';
import * as words from './words.js';

const STEPS = [1, 3, 6, 12, 25, 50], LARGEST = 100;
/** What its rows are, and the rows that the table was built for, as text. */
let by = 'category', built = '';
/** Cells by row, the body that was shown last, and how much wider the steps of colour are than usual. */
let rows = new Map(), last = null, scale = 1;

/** @returns {number} colour step 0–6 of a count */
function step(count) {
  let index = 0;
  while (index < STEPS.length && count >= (index ? STEPS[index] * scale : 1)) index++;
  return index;
}

/** @returns {number} 1, 2, 5, 10, 20 …: in a city with many cases the steps of colour are wider */
function scaleOf(heat) {
  const most = Math.max(0, ...Object.values(heat).flatMap(([counts]) => counts));
  let found = 1;
  for (let times = 0; most > LARGEST * found; times++) found *= times % 3 === 1 ? 2.5 : 2;
  return found;
}

/** @returns {string} a count that fits its cell */
function short(count) {
  return count < 1000
    ? words.number(count)
    : count < 10000
    ? (Math.floor(count / 100) / 10) + 'k'
    : Math.floor(count / 1000) + 'k';
}

function label(key) {
  const known = page.labels[by][key];
  return known ? words.named(known) : key;
}

function build(heat) {
  const table = make('table', 'heat-table'), head = make('tr');
  head.append(make('th', '', ''));
  for (let bucket = 0; bucket < 6; bucket++) head.append(make('th', '', say('b' + bucket), { scope: 'col' }));
  head.append(make('th', 'heat-total', say('total'), { scope: 'col' }));
  const headGroup = make('thead'), bodyGroup = make('tbody');
  headGroup.append(head);
  table.append(headGroup, bodyGroup);
  rows = new Map();
  for (const key in heat) {
    const line = make('tr'), cells = [];
    line.append(make('th', 'heat-row', label(key), { scope: 'row', title: label(key) }));
    for (let bucket = 0; bucket < 6; bucket++) {
      const cell = make('td', 'heat-0', '', {
        'data-heat': key,
        'data-bucket': String(bucket),
        'data-value': '0',
        'data-overdue': '0',
        tabindex: rows.size || bucket ? '-1' : '0',
      });
      const count = make('span', '', '·'), late = make('i', '', '');
      cell.append(count, late);
      line.append(cell);
      cells.push({ cell, count, late });
    }
    const total = make('td', 'heat-total', '0');
    line.append(total);
    bodyGroup.append(line);
    rows.set(key, { cells, total });
  }
  byId('heat').replaceChildren(table);
}

function fill(key, counts, overdue) {
  const row = rows.get(key);
  let sum = 0;
  row.cells.forEach(function (place, bucket) {
    const count = counts[bucket], late = overdue[bucket];
    sum += count;
    if (
      place.cell.dataset.value === String(count) && place.cell.dataset.overdue === String(late) && row.scale === scale
    ) return;
    place.cell.className = 'heat-' + step(count) + (count > 999 ? ' heat-long' : '');
    place.cell.dataset.value = String(count);
    place.cell.dataset.overdue = String(late);
    write(place.count, count ? short(count) : '·');
    place.late.style.width = (count ? late / count * 100 : 0) + '%';
    place.cell.title = late ? say('cell-late', { count, late }) : '';
  });
  row.scale = scale;
  write(row.total, words.number(sum));
}

export function show(body, delta) {
  last = body;
  if (!body.heat) return;
  const heat = body.heat[by], shape = by + Object.keys(heat).join();
  const wider = scaleOf(heat), all = shape !== built || !delta || wider !== scale;
  const changed = all ? heat : (delta.heat || {})[by];
  scale = wider;
  if (shape !== built) {
    build(heat);
    built = shape;
  }
  for (const key in changed || {}) fill(key, heat[key][0], heat[key][1]);
  if (!delta || (delta.kpi && 'cases-open' in delta.kpi)) {
    write(byId('heat-note'), say('open-mark', { open: body.kpi['cases-open'] }));
  }
}

export function toggle() {
  by = by === 'category' ? 'district' : 'category';
  const button = byId('heat-switch');
  write(button, say('heat-' + by));
  remember('heat', by === 'category' ? null : by);
  if (last) show(last, null);
}

/** Opens the cases that a cell counts. */
function open(cell) {
  const within = page.area ? '&area=' + page.area.code : '';
  const row = by === 'category' ? within + '&category=' : '&area=';
  location.assign('/cases?state=open' + row + encodeURIComponent(cell.dataset.heat) + '&age=' + cell.dataset.bucket);
}

/** Arrows move between cells, Enter opens one. */
function onKey(event) {
  const cell = event.target.closest('[data-heat]');
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!cell || (!steps && event.key !== 'Enter')) return;
  event.preventDefault();
  event.stopPropagation();
  if (!steps) {
    open(cell);
    return;
  }
  const line = cell.parentElement.parentElement.children[cell.parentElement.rowIndex - 1 + steps[0]];
  const next = line && line.querySelector(`[data-bucket="${Number(cell.dataset.bucket) + steps[1]}"]`);
  if (next) next.focus();
}

export function start() {
  const box = byId('heat');
  const button = byId('heat-switch');
  if (button) button.addEventListener('click', toggle);
  if (button && askedFor('heat') === 'district') toggle();
  box.addEventListener('keydown', onKey);
  box.addEventListener('click', function (event) {
    const cell = event.target.closest('[data-heat]');
    if (cell) open(cell);
  });
}
