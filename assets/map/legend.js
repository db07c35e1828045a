/** The legend of a map, and the hatches that tell a grid's state apart from its value. */
import { byId, make, svg } from '../core/dom.js';
import { token } from '../core/theme.js';
import { say } from '../core/words.js';
import * as scale from './scale.js';

const TILE = 6;
/** Colour (a token), turn in degrees and width of each state's lines. */
const LINES = { overdue: ['red', 45, 2.4], silent: ['hatch', -45, 1.6] };
/** How many grids of the map are in each state, and how many there are. */
let found = {}, all = 0;

/** @returns {boolean} whether most grids are in a state: hatching them all would tell nothing, so it is counted */
export function isMost(state) {
  return state in LINES && 2 * (found[state] || 0) > all;
}

/** Takes over how many grids are in each state. @returns {boolean} whether a hatch comes or goes with that */
export function survey(counts, total) {
  const states = Object.keys(LINES), before = states.map(isMost), said = JSON.stringify([found, all]);
  found = counts;
  all = total;
  if (said !== JSON.stringify([found, all]) && byId('legend').firstChild) draw();
  return states.some((state, index) => isMost(state) !== before[index]);
}

/** @returns {string} how a grid is filled: with the colour of its step, or with that and the hatch of its state */
export function fill(step, state) {
  return state === 'normal' ? scale.colour(step) : `url(#hatch-${state}-${step})`;
}

/** Makes the patterns that `fill` names, once for each page. */
export function patterns() {
  const picture = svg('svg', { width: 0, height: 0, class: 'patterns', 'aria-hidden': 'true' });
  const defs = svg('defs');
  for (const state in LINES) {
    for (let step = 0; step < scale.STEPS; step++) defs.append(pattern(state, step));
  }
  picture.append(defs);
  document.body.append(picture);
}

function pattern(state, step) {
  const [colour, turn, width] = LINES[state];
  const made = svg('pattern', {
    id: `hatch-${state}-${step}`,
    width: TILE,
    height: TILE,
    patternUnits: 'userSpaceOnUse',
    patternTransform: `rotate(${turn})`,
  });
  made.append(
    svg('rect', { width: TILE, height: TILE, fill: scale.colour(step) }),
    svg('rect', { width, height: TILE, fill: token(colour) }),
  );
  return made;
}

/** Draws the legend of the layer of the moment; while its numbers are not known, that alone. */
export function draw(isKnown = true) {
  const steps = make('div', 'legend-steps'), states = make('div', 'legend-states');
  for (let step = 0; step < scale.STEPS; step++) steps.append(entry(`ramp-${step}`, span(step)));
  const known = scale.layers().includes('silence') ? ['overdue', 'silent'] : ['overdue'];
  for (const state of known) {
    states.append(isMost(state) ? counted(state) : entry('swatch-' + state, say('state-' + state)));
  }
  if (!isKnown) steps.replaceChildren(entry('swatch-unknown', say('state-unknown')));
  byId('legend').replaceChildren(make('b', '', say('legend-' + scale.layer())), steps, ...(isKnown ? [states] : []));
}

/** @returns {HTMLElement} what is said of a state that most grids are in */
function counted(state) {
  const made = make('span', 'most', say('mostly-' + state, { count: found[state], of: all }));
  made.dataset.value = String(found[state]);
  return made;
}

function entry(swatch, text) {
  const made = make('span', '', text);
  made.prepend(make('i', swatch));
  return made;
}

/** @returns {string} the values of a step; of wide steps only where they begin, since the spans would not fit */
function span(step) {
  if (scale.layer() === 'silence' && step === 0) return say('off-shift');
  const lows = scale.breaks(), low = step ? lows[step - 1] : 0;
  if (step === lows.length) return low + '+';
  const high = lows[step] - 1;
  return low >= high || scale.isWide() ? String(low) : low + '–' + high;
}
