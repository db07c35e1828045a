/** The ladder board: what stands on each rung from the grid to the city, each number a link to the very cases. */
import { askedFor, remember } from '../../core/address.js';
import { fetched, keepAsking } from '../../core/ask.js';
import * as clock from '../../core/clock.js';
import { byId, flash, write } from '../../core/dom.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';
import { at } from '../../core/root.js';

const EVERY_MS = 1000,
  ALL = 'all',
  EXTRA = { open: {}, overdue: { overdue: 'true' }, climbs_hour: { climbs: 'hour' }, climbs_day: { climbs: 'day' } };
/** The categories that the board shows, as the choice names them. */
let chosen = '';

/** @returns {URLSearchParams} the categories that are asked for; nothing for all of them */
function category() {
  return new URLSearchParams(chosen === ALL ? {} : { category: chosen });
}

function href(level, name) {
  return '/cases?' + new URLSearchParams({ state: 'open', level, ...Object.fromEntries(category()), ...EXTRA[name] });
}

/** An address that leads nowhere is taken away, so that the keyboard passes it by. */
function lead(link, address) {
  if (!address) link.removeAttribute('href');
  else if (link.getAttribute('href') !== at(address)) link.setAttribute('href', at(address));
}

function count(link, level, name, value) {
  if (write(link.querySelector('b'), words.number(value)) && link.dataset.value !== '') flash(link.querySelector('b'));
  link.dataset.value = String(value);
  lead(link, value ? href(level, name) : null);
}

function when(link, found, text) {
  write(link.querySelector('b'), found ? text(Date.parse(found.at)) : '–');
  write(link.querySelector('span'), found ? found.case : '');
  link.dataset.case = found ? found.case : '';
  lead(link, found ? '/cases/' + encodeURIComponent(found.case) : null);
}

function climbs(at) {
  const left = at - clock.now();
  return left <= 0 ? say('ladder-now') : say('ladder-in', { time: words.length(left), at: words.minute(at) });
}

function show(body) {
  const most = Math.max(1, ...body.rungs.map((rung) => rung.open));
  for (const rung of body.rungs) {
    const line = document.querySelector(`[data-rung="${rung.level}"]`);
    line.classList.toggle('bare', !rung.open);
    line.style.setProperty('--share', String(rung.open / most));
    for (const link of line.querySelectorAll('[data-rung-count]')) {
      count(link, rung.level, link.dataset.rungCount, rung[link.dataset.rungCount]);
    }
    when(line.querySelector('[data-rung-case="next"]'), rung.next, climbs);
    when(line.querySelector('[data-rung-case="oldest"]'), rung.oldest, (at) => words.length(clock.now() - at));
  }
  byId('ladder-empty').hidden = body.rungs.some((rung) => rung.open);
  byId('ladder-board').dataset.shown = chosen;
}

function choose(value) {
  chosen = value;
  byId('ladder-category').value = value;
  remember('ladder', value === (usual()) ? null : value);
}

/** @returns {string} what the board shows unless somebody chooses: the disputes, where the rules name some */
function usual() {
  return page.disputes || ALL;
}

export function start() {
  const select = byId('ladder-category'), asked = askedFor('ladder');
  choose([...select.options].some((option) => option.value === asked) ? asked : usual());
  const ask = keepAsking({
    everyMs: EVERY_MS,
    get: (signal) => fetched('/api/v1/supervision/ladder?' + category(), signal),
    show: ({ ok, body }) => (ok ? show(body) : choose(usual())),
    shownIn: [byId('ladder-board')],
  });
  select.addEventListener('change', function () {
    choose(select.value);
    ask();
  });
}
