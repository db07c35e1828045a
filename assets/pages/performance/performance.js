/** The appraisal: a table whose counts open their cases, in an order that is never the amount, and signs beside it. */
import { askedFor, remember } from '../../core/address.js';
import { areaChoice } from '../../core/areachoice.js';
import { fetched, keepAsking } from '../../core/ask.js';
import { byId, make } from '../../core/dom.js';
import { linkTo, startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';

const EVERY_MS = 15000, AT_ONCE = 50;
/** What is asked for: kind, days, area, sort, down; and how many rows of it. */
let view = {}, shown = AT_ONCE;
/** Workers who need a look, and indicators of which less is better. */
let flagged = new Set(), low = new Set();
/** Asks for the table and the signs now. */
let ask = null;
const fullName = (thing) => (thing.above ? words.named(thing.above) + ' ' : '') + words.named(thing);
const wordsOf = (name) => say(name.replace(/_/g, '-'));

/** @returns {URLSearchParams} what the API is asked for */
function query(more) {
  const asked = new URLSearchParams({
    kind: view.kind,
    area: view.area,
    sort: view.sort,
    descending: String(view.down),
    ...more,
  });
  if (view.days) asked.set('days', view.days);
  return asked;
}

/** @returns {HTMLElement} a count that opens what it counts; 0 opens nothing */
function opens(value, address, id) {
  const text = words.number(value);
  if (!address || !value) return make('span', '', text);
  return linkTo(text, address.replace('{id}', encodeURIComponent(id)));
}

function cell(row, indicator, body) {
  const found = row.cells[indicator.id],
    box = make('td', found.counts ? '' : 'few', null, {
      'data-indicator': indicator.id,
      'data-numerator': String(found.numerator),
      'data-denominator': String(found.denominator),
    });
  if (!found.denominator) {
    box.textContent = '–';
    return box;
  }
  const share = make('b', '', words.percent(found.rate) + '%'), counts = make('small'), links = indicator.links || {};
  if (found.counts && indicator.target !== null) share.className = found.rate >= indicator.target ? 'met' : 'missed';
  if (!found.counts) box.title = say('appraisal-few', { least: body.least });
  else if (!indicator.links) box.title = say('appraisal-unlisted', { count: body.listed_days });
  counts.append(
    opens(found.numerator, links.numerator, row.id),
    ' / ',
    opens(found.denominator, links.denominator, row.id),
  );
  box.append(share, counts);
  return box;
}

function line(row, body) {
  const made = make('tr', '', null, { 'data-row': row.id }),
    name = make('th', 'text', null, { scope: 'row' }),
    score = make('td', 'score', null, { 'data-score': row.score === null ? '' : String(row.score) });
  name.append(
    linkTo(fullName(row), (body.kind === 'department' ? '/departments/' : '/area/') + encodeURIComponent(row.id)),
  );
  if (flagged.has(row.id) && body.kind === 'worker') name.append(' ', make('span', 'look', '◆ ' + say('signs-look')));
  if (row.score === null) score.textContent = '–';
  else {
    const bar = make('i', '', null, { 'aria-hidden': 'true' });
    bar.style.setProperty('--share', String(row.score / 100));
    score.append(make('b', '', row.score.toFixed(1)), bar);
  }
  made.append(
    make('td', 'rank', row.rank === null ? '–' : words.number(row.rank)),
    name,
    score,
    ...body.indicators.map((indicator) => cell(row, indicator, body)),
  );
  return made;
}

function heading(id, text, notes) {
  const own = view.sort === id,
    box = make('th', id === 'score' ? 'score' : '', null, {
      scope: 'col',
      'aria-sort': !own ? 'none' : view.down ? 'descending' : 'ascending',
    });
  box.append(
    make('button', 'sort', text + (own ? (view.down ? ' ▾' : ' ▴') : ''), { type: 'button', 'data-sort': id }),
  );
  for (const note of notes) box.append(make('small', '', note));
  return box;
}

function head(body) {
  const row = make('tr'), made = make('thead');
  row.append(
    make('th', 'rank', say('appraisal-rank'), { scope: 'col' }),
    make('th', 'text', say('kind-' + (body.kind === 'worker' && !page.workers ? 'grid' : body.kind)), { scope: 'col' }),
    heading('score', say('appraisal-score'), []),
  );
  for (const one of body.indicators) {
    const notes = [say('appraisal-weight', { weight: one.weight })];
    if (one.target !== null) notes.push(say('appraisal-target', { target: one.target * 100 }));
    if (one.less_is_better) notes.push(say('appraisal-less'));
    row.append(heading(one.id, wordsOf(one.id), notes));
  }
  made.append(row);
  return made;
}

/** Draws the table anew; who was at a link or a heading by keyboard stays there. */
function draw(body) {
  const table = byId('appraisal'), active = table.contains(document.activeElement) ? document.activeElement : null;
  const focused = active &&
    (active.dataset.sort
      ? `[data-sort="${active.dataset.sort}"]`
      : active.getAttribute('href') && `a[href="${CSS.escape(active.getAttribute('href'))}"]`);
  const rows = make('tbody');
  // There, the best comes first the other way.
  low = new Set(body.indicators.filter((one) => one.less_is_better).map((one) => one.id));
  rows.append(...body.rows.map((row) => line(row, body)));
  table.replaceChildren(...(body.total ? [head(body), rows] : []));
  if (!body.total) table.append(empty());
  const again = focused && table.querySelector(focused);
  if (again) again.focus({ preventScroll: true });
  byId('appraisal-total').textContent = say('appraisal-ranked', {
    total: body.total,
    ranked: body.ranked,
    from: body.from,
    to: body.to,
  });
  byId('appraisal-note').textContent = say('appraisal-note', { least: body.least, share: body.least_weight * 100 });
  byId('appraisal-shown').textContent = body.total
    ? say('appraisal-shown', { shown: body.rows.length, total: body.total })
    : '';
  const more = byId('appraisal-more');
  more.hidden = !body.next;
  more.textContent = say('appraisal-more', { count: Math.min(AT_ONCE, body.total - body.rows.length) });
}

function empty() {
  const body = make('tbody'), row = make('tr'), box = make('td', 'text appraisal-empty');
  box.append(make('b', '', say('appraisal-empty')), make('p', 'mute', say('appraisal-empty-note')));
  row.append(box);
  body.append(row);
  return body;
}

// ------------------------------------------------------------------ signs

function signLine(sign, rules) {
  const values = {
    count: sign.id === 'burst' ? rules.month_end_days : sign.found,
    found: sign.found,
    of: sign.of,
    expected: sign.expected,
    seconds: rules.seconds,
    metres: rules.metres,
    speed: rules.metres_per_s,
  };
  const item = make('li', '', null, { 'data-sign': sign.id }), name = make('b', '', wordsOf('sign-' + sign.id));
  item.append(name, make('span', '', say('sign-' + sign.id.replace(/_/g, '-') + '-told', values)));
  if (sign.extreme) name.append(make('em', 'clear', say('signs-clear')));
  if (sign.cases) {
    const link = linkTo(say('cases-count', { count: sign.cases }), sign.link);
    link.dataset.cases = String(sign.cases);
    item.append(link);
  }
  return item;
}

function standing(worker) {
  if (worker.flagged) return '◆ ' + say('signs-look');
  return worker.signs.length ? say('signs-one') : say('handset-look');
}

/** What a handset told that needs a look: nothing of it is a sign of its worker. */
function handsetLine(told) {
  const item = make('li', '', null, { 'data-handset': 'suspect' });
  item.append(make('b', '', say('handset-look')), make('span', '', say('handset-told', told)));
  return item;
}

function card(worker, rules) {
  const item = make('li', worker.flagged ? 'worker flagged' : 'worker', null, {
      'data-worker': worker.area,
      id: 'sign-' + worker.area,
    }),
    top = make('p'),
    list = make('ul');
  top.append(
    linkTo(fullName(worker), '/area/' + encodeURIComponent(worker.area)),
    make('span', worker.flagged ? 'look' : 'mute', standing(worker)),
  );
  list.append(...worker.signs.map((sign) => signLine(sign, rules)));
  if (worker.handset_suspect) list.append(handsetLine(worker.handset));
  item.append(top, list);
  return item;
}

function drawSigns(body) {
  const list = byId('signs');
  byId('signs-note').textContent = say('signs-note', { count: body.rules.window_days });
  byId('signs-total').textContent = say('signs-flagged', { count: body.flagged, all: body.all });
  byId('signs-total').dataset.value = String(body.flagged);
  flagged = new Set(body.workers.filter((worker) => worker.flagged).map((worker) => worker.area));
  if (list.contains(document.activeElement)) return;
  list.replaceChildren(...body.workers.map((worker) => card(worker, body.rules)));
  if (body.workers.length) return;
  const none = make('li', 'empty');
  none.append(make('b', '', say('signs-none')), make('span', 'mute', say('signs-none-note', { count: body.all })));
  list.append(none);
}

// ------------------------------------------------------------------ what is asked for

/** @returns {Promise<Object[]>} the table and the signs, which belong together */
function load(signal) {
  return Promise.all([
    fetched('/api/v1/performance?' + query({ limit: String(shown) }), signal),
    fetched('/api/v1/performance/signs?area=' + encodeURIComponent(view.area), signal),
  ]);
}

function show([table, signs]) {
  if (table.ok && signs.ok) {
    drawSigns(signs.body);
    draw(table.body);
  } else refused(table.ok ? signs.body : table.body);
  document.body.dataset.performance = 'ready';
}

function refused(told) {
  byId('appraisal-total').textContent = `${told.field}: ${told.reason}`;
  byId('appraisal').replaceChildren();
}

function change(part) {
  view = { ...view, ...part };
  shown = AT_ONCE;
  document.body.dataset.performance = 'loading';
  for (
    const [name, value] of Object.entries({
      kind: view.kind,
      days: view.days,
      area: view.area === page.root ? null : view.area,
      sort: view.sort === 'score' && view.down ? null : (view.down ? '-' : '') + view.sort,
    })
  ) remember(name, value || null);
  for (const button of document.querySelectorAll('[data-choice]')) {
    button.setAttribute('aria-pressed', String(view[button.dataset.choice] === button.dataset.value));
  }
  for (const file of document.querySelectorAll('[data-export]')) {
    file.href = file.pathname + '?' + query({ lang: page.lang });
  }
  if (ask) ask();
}

function onSort(event) {
  const button = event.target.closest('[data-sort]');
  if (!button) return;
  const id = button.dataset.sort;
  change({ sort: id, down: id === view.sort ? !view.down : !low.has(id) });
}

function start() {
  startPage();
  const asked = askedFor('sort') || '-score', area = byId('appraisal-area');
  const pressed = (name) => {
    const found = document.querySelector(`[data-choice="${name}"][aria-pressed="true"]`);
    return found ? found.dataset.value : '';
  };
  areaChoice(area, (code) => change({ area: code || page.root }));
  for (const button of document.querySelectorAll('[data-choice]')) {
    // What an indicator of departments is, is none of workers: the order begins anew with another kind.
    button.addEventListener('click', function () {
      change({
        [button.dataset.choice]: button.dataset.value,
        ...(button.dataset.choice === 'kind' ? { sort: 'score', down: true } : {}),
      });
    });
  }
  byId('appraisal').addEventListener('click', onSort);
  byId('appraisal-more').addEventListener('click', function () {
    shown += AT_ONCE;
    ask();
  });
  change({
    kind: askedFor('kind') || pressed('kind'),
    days: pressed('days') || askedFor('days') || '',
    area: page.area,
    sort: asked.replace(/^-/, ''),
    down: asked.startsWith('-'),
  });
  ask = keepAsking({ everyMs: EVERY_MS, get: load, show, shownIn: ['appraisal', 'signs', 'appraisal-note'].map(byId) });
}

begin(start);
