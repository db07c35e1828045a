/** The card of one grid: people, ages, open cases, worker and last report, live while it is open. */
import * as clock from '../../core/clock.js';
import { byId, write } from '../../core/dom.js';
import * as live from '../../core/live.js';
import { pyramid } from '../../core/pyramid.js';
import { say } from '../../core/words.js';
import * as words from '../../core/words.js';
import * as map from '../../map/map.js';
import { gridName, places } from '../../map/names.js';
import { at } from '../../core/root.js';

/** Ends the watching of the grid that is shown, who had the focus before, and when the grid last reported. */
let stop = null, opener = null, reported = null;

export function open(index) {
  const grid = places.features[index];
  if (!grid) return;
  if (!stop) opener = document.activeElement;
  if (stop) stop();
  map.select(index);
  const card = byId('grid-card');
  card.dataset.area = grid.code;
  write(byId('card-title'), gridName(index));
  write(byId('card-code'), grid.code);
  card.hidden = false;
  byId('card-close').focus({ preventScroll: true });
  stop = live.watch('area/' + grid.code, show);
}

export function close() {
  if (!stop) return;
  stop();
  stop = null;
  map.select(-1);
  byId('grid-card').hidden = true;
  if (opener && opener.focus) opener.focus({ preventScroll: true });
}

function fact(id, text, value) {
  const element = byId(id);
  if (!element) return; // what nobody has counted has no place
  write(element, text);
  if (value !== undefined) element.dataset.value = value === null ? '' : String(value);
}

/** Says again how long ago the last report came, which goes on without news. */
function last(since) {
  const age = since === null ? null : clock.now() - since;
  fact(
    'card-last',
    age === null ? say('card-none') : age < 60000 ? say('just-now') : say('ago', { time: words.length(age) }),
  );
}

function show(body) {
  const { people, cases, grid } = body, { number } = words;
  fact('card-population', number(people.population), people.population);
  fact('card-sex-ratio', grid.sex_ratio === null ? '–' : number(grid.sex_ratio), grid.sex_ratio);
  fact('card-open', number(cases.open), cases.open);
  fact('card-overdue', say('card-overdue', { count: cases.overdue }), cases.overdue);
  byId('card-overdue').classList.toggle('late', cases.overdue > 0);
  const worker = grid.silent ? 'card-silent' : grid.on_shift ? 'card-on-shift' : 'card-off-shift';
  const battery = grid.battery === null
    ? ''
    : ' · ' + say('card-battery', { battery: Math.round(grid.battery * 100) + '%' });
  fact('card-worker', say(worker) + battery);
  reported = grid.last_report;
  last(reported);
  byId('card-link').href = at('/area/' + encodeURIComponent(body.area.code));
  fact(
    'card-homes',
    say('card-dwellings', { count: grid.dwellings }) + ' · ' + say('card-households', { count: grid.households }),
  );
  if (byId('card-ages')) pyramid(people.ages);
}

export function isOpen() {
  return stop !== null;
}

export function start() {
  live.names('card', () => 'area/' + byId('grid-card').dataset.area);
  byId('card-close').addEventListener('click', close);
  setInterval(function () {
    if (stop && document.body.dataset.live === 'live') last(reported);
  }, 5000);
}
