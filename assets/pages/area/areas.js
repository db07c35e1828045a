/** The page of an area: the wall's numbers for it, comparisons, children, ledger, homes, open cases; all of it live. */
import { askedFor, remember } from '../../core/address.js';
import { fetched, keepAsking } from '../../core/ask.js';
import * as clock from '../../core/clock.js';
import { byId, make, write } from '../../core/dom.js';
import * as heatmap from '../../core/heatmap.js';
import * as kpi from '../../core/kpi.js';
import * as live from '../../core/live.js';
import { linkTo, startPage } from '../../core/page.js';
import { pyramid } from '../../core/pyramid.js';
import { begin } from '../../core/start.js';
import { fillTable, tableRow } from '../../core/table.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';
import * as map from '../../map/map.js';
import { areaName, places } from '../../map/names.js';
import * as tabs from '../../map/tabs.js';
import * as charts from './charts.js';
import { go } from '../../core/root.js';

const RATE_COLUMNS = { now: [0, 1], parent: [2, 3], week: [4, 5] };
const TODAY_EVERY_MS = 5000;
/** What the weeks tell of residents: nothing where nobody has counted them. */
const OF_PEOPLE = ['births', 'deaths', 'move-ins', 'move-outs'];
/** The body of the panels' topic, and the order of the table of children. */
let panels = null, sort = { column: 'open', down: true };

const share = (part, whole) => (whole ? words.percent(part / whole) + '%' : '–');

/** @returns {string} what changed, with its sign; equal is said, too */
function signed(value) {
  return value > 0 ? '+' + words.number(value) : value < 0 ? '−' + words.number(-value) : '±0';
}

function points(now, then) {
  if (now === null || then === null) return '–';
  const change = Math.round((now - then) * 1000) / 10;
  return say('points', { points: (change > 0 ? '+' : change < 0 ? '−' : '±') + words.percent(Math.abs(change) / 100) });
}

function rates() {
  for (const row of document.querySelectorAll('[data-rate-row]')) {
    const name = row.dataset.rateRow, counts = panels.rates[name];
    const rate = Object.fromEntries(
      Object.entries(RATE_COLUMNS).map((
        [key, [part, whole]],
      ) => [key, counts[whole] ? counts[part] / counts[whole] : null]),
    );
    const target = page.targets[name], cell = row.querySelector('.rate-now');
    cell.replaceChildren(
      make('b', '', share(counts[0], counts[1]), {
        'data-kpi': name,
        'data-rate': '1',
        'data-value': String(rate.now),
        'data-numerator': String(counts[0]),
        'data-denominator': String(counts[1]),
      }),
      make('small', '', say('of', { part: counts[0], whole: counts[1] })),
    );
    row.dataset.state = target === undefined || rate.now === null ? 'plain' : rate.now >= target ? 'met' : 'missed';
    row.querySelector('.rate-target').textContent = target === undefined
      ? '–'
      : (row.dataset.state === 'met' ? '✓ ' : row.dataset.state === 'missed' ? '▼ ' : '') + words.percent(target) + '%';
    row.querySelector('.rate-parent').textContent = rate.parent === null
      ? '–'
      : share(counts[2], counts[3]) + ' (' + points(rate.now, rate.parent) + ')';
    row.querySelector('.rate-week').textContent = points(rate.now, rate.week);
  }
}

/** Sums of the last seven whole days against those of a week and a year ago, and the parent's for as many people. */
function weeks() {
  const table = byId('weeks'), residents = panels.standing.population;
  const heads = [
    say('head-weekly'),
    say('head-seven'),
    say('head-week'),
    say('head-year'),
    say('head-parent-rate'),
  ];
  const told = Object.entries(panels.weeks).filter(([name]) => page.counted || !OF_PEOPLE.includes(name));
  const rows = told.map(function ([name, [now, before, year, above]]) {
    const fair = above === null || !residents[2]
      ? '–'
      : words.percent(above / residents[2] * residents[0] / 100).replace('%', '');
    const counter = { 'move-ins': 'move_ins', 'move-outs': 'move_outs', 'cases-reported': 'cases_reported' }[name] ||
      name;
    const href = (name === 'closed' ? '/cases?closed_on=week' : `/reports?counter=${counter}&day=week`) + '&area=' +
      encodeURIComponent(page.area.code);
    const sum = linkTo(words.number(now), href);
    sum.dataset.weekly = name;
    sum.dataset.value = String(now);
    return tableRow([
      say('weekly-' + name),
      sum,
      before === null ? '–' : signed(now - before),
      year === null ? '–' : signed(now - year),
      fair,
    ]);
  });
  fillTable(table, heads, rows);
}

function standing() {
  const box = byId('standing'), parts = [];
  for (const name of [...(page.counted ? ['population'] : []), 'cases-open', 'cases-overdue']) {
    const [now, then, above] = panels.standing[name];
    const line = make(
      'p',
      '',
      say((above === null ? 'alone-' : 'standing-') + name, {
        change: signed(now - then),
        share: above ? share(now, above) : '–',
      }),
    );
    parts.push(line);
  }
  box.replaceChildren(...parts);
}

/** @returns {number|undefined} the number in a column of the panels' table of children, if there is such a column */
function childNumber(code, column) {
  return panels.children[code][panels.children_columns.indexOf(column)];
}

function childValue(code, column) {
  if (column === 'name') return areaName(code);
  const value = childNumber(code, column), whole = childNumber(code, column + '-of');
  return whole === undefined ? value : whole ? value / whole : -1;
}

function childText(code, column) {
  const value = childNumber(code, column), whole = childNumber(code, column + '-of');
  if (whole !== undefined) return share(value, whole);
  if (column === 'net') return signed(value);
  if (column === 'on-shift') return `${words.number(value)} / ${words.number(childNumber(code, 'workers'))}`;
  return words.number(value);
}

/** @returns {string} where a click on a value of a child leads */
function childLink(code, column) {
  return {
    open: '/cases?state=open&area=',
    overdue: '/cases?state=open&overdue=true&area=',
    newborns: '/reports?counter=births&day=yesterday&area=',
    community: '/cases?indicator=community-resolution-rate&area=',
    'on-time': '/cases?indicator=on-time-closing-rate&area=',
    satisfied: '/reports?counter=scored&day=window&area=',
    'on-shift': '/workers?area=',
  }[column] + encodeURIComponent(code);
}

function childCell(code, column, most) {
  const cell = make(
    column === 'name' ? 'th' : 'td',
    column === 'name' ? 'text' : '',
    null,
    column === 'name' ? { scope: 'row' } : {},
  );
  const text = column === 'name' ? areaName(code) : childText(code, column);
  const href = column === 'name' ? '/area/' + encodeURIComponent(code) : childLink(code, column);
  cell.append(href.startsWith('undefined') ? make('span', '', text) : linkTo(text, href));
  if (column !== 'name') cell.dataset.value = String(childValue(code, column));
  if (column === 'open' || column === 'overdue') {
    const bar = make('i', 'bar-' + column, null, { 'aria-hidden': 'true' });
    bar.style.width = (most ? childValue(code, column) / most * 100 : 0) + '%';
    cell.append(bar);
  }
  return cell;
}

function children() {
  const table = byId('children');
  if (!table) return;
  const codes = Object.keys(panels.children), way = sort.down ? -1 : 1;
  codes.sort(function (a, b) {
    const one = childValue(a, sort.column), other = childValue(b, sort.column);
    return way * (typeof one === 'string' ? one.localeCompare(other, page.lang, { numeric: true }) : one - other) ||
      a.localeCompare(b);
  });
  const focused = table.contains(document.activeElement) && document.activeElement.dataset.sort;
  const most = Math.max(1, ...codes.map((code) => childValue(code, 'open')));
  const head = make('tr');
  for (const column of page.children_columns) {
    const cell = make('th', column === 'name' ? 'text' : '', null, {
      scope: 'col',
      'aria-sort': column !== sort.column ? 'none' : sort.down ? 'descending' : 'ascending',
    });
    const mark = column !== sort.column ? '' : sort.down ? ' ▾' : ' ▴';
    cell.append(make('button', 'sort', say('child-' + column) + mark, { 'data-sort': column, type: 'button' }));
    head.append(cell);
  }
  const rows = [];
  for (const code of codes) {
    const line = make('tr', '', null, { 'data-area': code });
    line.append(...page.children_columns.map((column) => childCell(code, column, most)));
    rows.push(line);
  }
  fillTable(table, head, rows);
  if (focused) table.querySelector(`[data-sort="${focused}"]`).focus();
}

function onSort(event) {
  const button = event.target.closest('[data-sort]');
  if (!button) return;
  const column = button.dataset.sort;
  sort = { column, down: column === sort.column ? !sort.down : column !== 'name' };
  remember('sort', (sort.down ? '-' : '') + column);
  children();
}

function ledger() {
  const values = panels.ledger;
  for (const place of document.querySelectorAll('[data-ledger]')) {
    const name = place.dataset.ledger, sign = { births: '+', move_ins: '+', deaths: '−', move_outs: '−' }[name] || '';
    write(place, sign + words.number(values[name]));
    place.dataset.value = String(values[name]);
  }
  write(byId('ledger-month'), values.month);
  const check = byId('ledger-check');
  write(check, say(values.balances ? 'ledger-balances' : 'ledger-off'));
  check.dataset.balances = String(values.balances);
}

/** Counts of services; of those that were completed in the window, shares are said beside the count. */
function services() {
  if (!byId('services-median')) return;
  const counts = panels.services, wholes = { in_time: 'limited', off_hours: 'completed', satisfied: 'scored' };
  for (const place of document.querySelectorAll('[data-service]')) {
    const name = place.dataset.service, whole = name in wholes ? counts[wholes[name]] : null;
    write(place, whole === null ? words.number(counts[name]) : share(counts[name], whole));
    place.dataset.value = String(counts[name]);
    if (whole !== null) place.dataset.denominator = String(whole);
  }
  write(byId('services-median'), counts.median_h === null ? '–' : words.length(counts.median_h * 3600000));
}

function homes() {
  const { dwellings, components, households } = panels.homes, box = byId('homes');
  const list = make('dl', 'facts');
  const fact = function (name, value) {
    list.append(make('dt', '', name), make('dd', '', value === null ? say('never-counted') : words.number(value)));
  };
  fact(say('households'), households);
  for (const kind in dwellings) if (dwellings[kind]) fact(say('home-' + kind), dwellings[kind]);
  for (const kind in components) fact(say('component-' + kind), components[kind]);
  box.replaceChildren(list);
  const male = panels.ages[0].reduce((sum, count) => sum + count, 0),
    female = panels.ages[1].reduce((sum, count) => sum + count, 0);
  write(byId('sex-ratio'), female ? words.number(Math.round(1000 * male / female) / 10) : '–');
  pyramid({ m: panels.ages[0], f: panels.ages[1] });
}

function caseText(entry) {
  const [id, category, severity, , level, due] = entry, now = clock.now();
  const time = words.length(Math.abs(now - due));
  const named = page.labels.category[category];
  return {
    id,
    category: named ? words.named(named) : category,
    severity: say('severity-' + severity),
    level: say('level-name-' + level),
    left: (entry[6] ? '▲ ' : '') + say(entry[6] ? 'overdue-by' : 'due-in', { time }),
  };
}

function openCases() {
  const table = byId('open-cases');
  if (!table) return;
  const heads = ['id', 'category', 'severity', 'level', 'left'].map((key) => say('head-' + key)), rows = [];
  for (const entry of panels.open) {
    const text = caseText(entry);
    const line = tableRow([
      linkTo(text.id, '/cases/' + encodeURIComponent(text.id)),
      text.category,
      text.severity,
      text.level,
      text.left,
    ]);
    line.dataset.case = text.id;
    if (entry[6]) line.className = 'late';
    rows.push(line);
  }
  fillTable(table, heads, rows);
  write(byId('open-note'), panels.open.length ? '' : say('no-cases'));
  map.points(
    panels.open.filter((entry) => entry[7] !== null).map((entry) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [entry[8], entry[7]] },
      properties: {
        text: caseText(entry).category + ' · ' + caseText(entry).left,
        href: '/cases/' + encodeURIComponent(entry[0]),
        overdue: entry[6],
      },
    })),
  );
}

function worker() {
  const list = byId('worker'), grid = panels.grid;
  if (!list) return;
  const state = say(grid.silent ? 'card-silent' : grid.on_shift ? 'card-on-shift' : 'card-off-shift');
  const last = grid.last_report === null
    ? say('card-none')
    : say('ago', { time: words.length(clock.now() - grid.last_report) });
  const battery = grid.battery === null ? '–' : words.percent(grid.battery) + '%';
  const facts = [['head-state', state], ['card-last', last], ['head-battery', battery]];
  list.replaceChildren(...facts.flatMap(([key, value]) => [make('dt', '', say(key)), make('dd', '', value)]));
}

/** Today's reports of a grid come from the log and not by a topic. */
function today({ ok, body }) {
  if (!ok) return;
  const list = make('ul', 'ticker');
  for (const report of body.reports) {
    const line = make('li', 'report'), id = report.data.case;
    line.append(make('time', '', words.time(Date.parse(report.time))), make('b', '', say(report.type)));
    if (id) line.append(linkTo(id, '/cases/' + encodeURIComponent(id)));
    list.append(line);
  }
  byId('today').replaceChildren(body.reports.length ? list : make('p', 'mute', say('no-reports-today')));
}

function showPanels(body) {
  panels = body;
  rates();
  weeks();
  standing();
  children();
  services();
  if (page.counted) {
    ledger();
    homes();
  }
  if (body.open) openCases();
  if (body.grid) worker();
  charts.rates(body.rate_days);
  write(byId('report-time'), words.date(clock.now()) + ' ' + words.time(clock.now()));
  document.body.dataset.panels = 'ready';
  map.isDrawn.then(charts.want); // whichever of both comes last, also when nothing is reported afterwards
}

/** Goes down to the child that a grid lies in, or to the grid itself. */
function down(index) {
  let code = places.features[index].code, parent = places.features[index].parent;
  while (parent && parent !== page.area.code && places.areas[parent]) {
    code = parent;
    parent = places.areas[code].parent;
  }
  go('/area/' + encodeURIComponent(parent === page.area.code ? code : places.features[index].code));
}

function start() {
  const asked = askedFor('sort');
  if (asked && page.children_columns.includes(asked.replace(/^-/, ''))) {
    sort = { column: asked.replace(/^-/, ''), down: asked.startsWith('-') };
  }
  startPage();
  live.names('panels', () => 'panels/' + page.area.code);
  heatmap.start();
  map.start(page.map_url, { open: down }).then(function () {
    if (panels) showPanels(panels);
  });
  tabs.start();
  const table = byId('children');
  if (table) table.addEventListener('click', onSort);
  let first = true;
  live.watch('wall/' + page.area.code, function (body, delta) {
    kpi.show(body, delta, first);
    heatmap.show(body, delta);
    if (!delta || delta.days) charts.days(body.days);
    first = false;
  });
  live.watch('panels/' + page.area.code, showPanels);
  const box = byId('today'), address = `/api/v1/areas/${encodeURIComponent(page.area.code)}/reports`;
  if (box) {
    keepAsking({
      everyMs: TODAY_EVERY_MS,
      get: (signal) => fetched(address, signal),
      show: today,
      shownIn: [box],
    });
  }
}

begin(start);
