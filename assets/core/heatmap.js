/**
 * The heatmap of open cases: rows are categories or areas, columns are age buckets, cells carry their count.
 *
 * As many rows as fit are shown, the largest ones, and one for all others, so that they add up to the head; that row
 * opens all of them (topic `heat/<code>`). Rows keep their places for a minute, though numbers go up and down.
 */
import { askedFor, remember } from './address.js';
import { byId, make, write } from './dom.js';
import * as live from './live.js';
import { page, say } from './words.js';
import * as words from './words.js';
import { go } from './root.js';

const STEPS = [1, 3, 6, 12, 25, 50], LARGEST = 100, BUCKETS = 6;
const OTHERS = '\u0000others', RANK_MS = 60000;
/** How many rows there are where nothing limits the height, when all are asked for, and at least. */
const ON_PAGE = 24, IN_ALL = 300, LEAST = 4;
/** Which share of a column of the wall the heatmap may take. */
const SHARE = 0.56;
/** Names of rows that are longer get more room. */
const USUAL_LETTERS = 5;

/** What its rows are, the order of those that have a place, when that was found, and the rows that were built. */
let by = 'category', order = [], rankedAt = -Infinity, built = '';
/** Cells by row, the bodies that were shown last (of the page, of all rows), what ends the latter. */
let rows = new Map(), last = null, all = null, stop = null;
/** How much wider the steps of colour are than usual. */
let scale = 1;

/** @returns {number} colour step 0–6 of a count */
function step(count) {
  let index = 0;
  while (index < STEPS.length && count >= (index ? STEPS[index] * scale : 1)) index++;
  return index;
}

/** @returns {number} 1, 2, 5, 10, 20 …: in a city with many cases the steps of colour are wider */
function scaleOf(shown) {
  const most = Math.max(0, ...[...shown].filter(([key]) => key !== OTHERS).flatMap(([, [counts]]) => counts));
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

function sum(counts) {
  return counts.reduce((whole, count) => whole + count, 0);
}

// ------------------------------------------------------------------ which rows

/** @returns {number} how many rows there is room for */
function room() {
  if (stop) return IN_ALL;
  const box = byId('heat'), column = box.closest('.column'), panel = box.closest('.panel');
  if (!column || getComputedStyle(column).getPropertyValue('--fits').trim() !== '1') return ON_PAGE;
  const line = box.querySelector('tbody tr'), table = box.querySelector('table');
  if (!line) return ON_PAGE;
  const gap = parseFloat(getComputedStyle(table).borderSpacing) || 0;
  const around = panel.offsetHeight - box.offsetHeight + table.tHead.offsetHeight + 2 * gap;
  return Math.max(LEAST, Math.floor((column.clientHeight * SHARE - around) / (line.offsetHeight + gap)));
}

/** @returns {string[]} the rows that have a place: all in their own order, or the largest first */
function ranked(heat, others, places) {
  const known = Object.keys(page.labels[by]), own = new Map(known.map((key, index) => [key, index]));
  const place = (key) => own.has(key) ? own.get(key) : known.length;
  const keys = Object.keys(heat).filter((key) => heat[key]).sort((a, b) => place(a) - place(b));
  if (!others && keys.length <= places) return keys;
  keys.sort((a, b) => sum(heat[b][0]) - sum(heat[a][0]));
  return keys.slice(0, Math.max(1, places - 1));
}

/** Finds the order anew when a row has gone, there is other room, or a minute is over. */
function rank(heat, others, places) {
  const isStill = order.length && order.length <= places && order.every((key) => heat[key]);
  if (isStill && performance.now() - rankedAt < RANK_MS) return;
  order = ranked(heat, others, places);
  rankedAt = performance.now();
}

/** @returns {Map<string, number[][]>} counts and overdue counts of each row that is shown, all others as the last */
function chosen() {
  const body = all || last.heat, heat = body[by], [folded, counts, late] = body.rest[by];
  rank(heat, folded, room());
  const shown = new Map(order.map((key) => [key, heat[key]]));
  const rest = Object.keys(heat).filter((key) => heat[key] && !shown.has(key));
  if (rest.length + folded === 0) return shown;
  const added = (of, start) => start.map((count, bucket) => rest.reduce((n, key) => n + heat[key][of][bucket], count));
  return shown.set(OTHERS, [added(0, counts), added(1, late), rest.length + folded]);
}

// ------------------------------------------------------------------ what is drawn

function build(shown) {
  const isLong = [...shown.keys()].some((key) => label(key).length > USUAL_LETTERS);
  const table = make('table', isLong ? 'heat-table heat-wide' : 'heat-table'), head = make('tr');
  head.append(make('th', '', ''));
  for (let bucket = 0; bucket < BUCKETS; bucket++) head.append(make('th', '', say('b' + bucket), { scope: 'col' }));
  head.append(make('th', 'heat-total', say('total'), { scope: 'col' }));
  const headGroup = make('thead'), bodyGroup = make('tbody');
  headGroup.append(head);
  table.append(headGroup, bodyGroup);
  rows = new Map();
  for (const key of shown.keys()) bodyGroup.append(row(key, rows.size === 0));
  byId('heat').replaceChildren(table);
}

/** @returns {HTMLElement} a row whose counts are still to come; only the very first cell can be reached by Tab */
function row(key, isFirst) {
  const line = make('tr'), cells = [], isOthers = key === OTHERS;
  const head = make('th', 'heat-row', isOthers ? '' : label(key), { scope: 'row' });
  const opener = isOthers ? make('button', 'heat-others', '', { type: 'button' }) : null;
  if (opener) {
    opener.addEventListener('click', openAll);
    head.append(opener);
  } else head.title = label(key);
  line.append(head);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const cell = make('td', 'heat-0', '', {
      'data-bucket': String(bucket),
      'data-value': '0',
      'data-overdue': '0',
      ...(isOthers ? {} : { 'data-heat': key, tabindex: isFirst && bucket === 0 ? '0' : '-1' }),
    });
    const count = make('span', '', '·'), late = make('i', '', '');
    cell.append(count, late);
    line.append(cell);
    cells.push({ cell, count, late });
  }
  const total = make('td', 'heat-total', '0');
  line.append(total);
  rows.set(key, { cells, total, opener, scale: 0 });
  return line;
}

/** @param {string} key
 * @param {any[]} told counts, overdue counts, and (of all others as one) how many rows they are */
function fill(key, told) {
  const [counts, overdue, folded] = told;
  const row = rows.get(key);
  row.cells.forEach(function (place, bucket) {
    const count = counts[bucket], late = overdue[bucket];
    if (
      place.cell.dataset.value === String(count) && place.cell.dataset.overdue === String(late) && row.scale === scale
    ) return;
    const colour = key === OTHERS ? 'heat-rest' : 'heat-' + step(count);
    place.cell.className = colour + (count > 999 ? ' heat-long' : '');
    place.cell.dataset.value = String(count);
    place.cell.dataset.overdue = String(late);
    write(place.count, count ? short(count) : '·');
    place.late.style.width = (count ? late / count * 100 : 0) + '%';
    place.cell.title = late ? say('cell-late', { count, late }) : '';
  });
  row.scale = scale;
  const total = sum(counts);
  write(row.total, words.number(total));
  row.total.classList.toggle('heat-long', total > 999);
  if (row.opener) write(row.opener, say('heat-others', { count: folded }));
}

function draw() {
  if (!last) return;
  let shown = chosen();
  const shape = () => by + [...shown.keys()].join('\u0001');
  if (shape() !== built) {
    build(shown);
    if (!built) shown = again(shown); // how high a row is can be seen only now
    built = shape();
  }
  scale = scaleOf(shown);
  for (const [key, counts] of shown) fill(key, counts);
  const open = [...shown.values()].reduce((whole, [counts]) => whole + sum(counts), 0);
  write(byId('heat-note'), say('open-mark', { open }));
}

/** @returns {Map<string, number[][]>} what is shown once there was a first row to measure */
function again(shown) {
  order = [];
  const fitting = chosen();
  if ([...fitting.keys()].join() !== [...shown.keys()].join()) build(fitting);
  return fitting;
}

export function show(body, delta) {
  last = body;
  if (body.heat && (!delta || delta.heat)) draw();
}

export function toggle() {
  by = by === 'category' ? 'district' : 'category';
  order = [];
  const button = byId('heat-switch');
  write(button, button.dataset[by] || '');
  remember('heat', by === 'category' ? null : by);
  draw();
}

/** Shows all rows, which can be scrolled through, or as many as fit again. */
function openAll() {
  if (stop) return closeAll();
  stop = live.watch('heat/' + (page.area ? page.area.code : 'city'), function (body) {
    if (!all) order = [];
    all = body;
    draw();
  });
  byId('heat').classList.add('heat-all');
  byId('heat-fewer').hidden = false;
}

function closeAll() {
  if (stop) stop();
  stop = all = null;
  order = [];
  byId('heat').classList.remove('heat-all');
  byId('heat').scrollTop = 0;
  byId('heat-fewer').hidden = true;
  draw();
}

/** Opens the cases that a cell counts. */
function open(cell) {
  const within = page.area ? '&area=' + encodeURIComponent(page.area.code) : '';
  const row = by === 'category' ? within + '&category=' : '&area=';
  go('/cases?state=open' + row + encodeURIComponent(cell.dataset.heat) + '&age=' + cell.dataset.bucket);
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
  let places = 0;
  live.names('heat', () => (stop ? 'heat/' + (page.area ? page.area.code : 'city') : page.topic));
  const button = byId('heat-switch'), column = box.closest('.column');
  byId('heat-fewer').addEventListener('click', closeAll);
  if (column) {
    new ResizeObserver(function () {
      if (room() === places) return;
      places = room();
      order = [];
      draw();
    }).observe(column);
  }
  if (button) button.addEventListener('click', toggle);
  if (button && askedFor('heat') === 'district') toggle();
  box.addEventListener('keydown', onKey);
  box.addEventListener('click', function (event) {
    const cell = event.target.closest('[data-heat]');
    if (cell) open(cell);
  });
}
