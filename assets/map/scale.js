/** What a grid's colour means: the steps of each layer, wider where a city has too much of everything. */
import { token } from '../core/theme.js';
import { page } from '../core/words.js';

export const STEPS = 7;
const OFF_SHIFT = 0, MOST_TIMES = 12;
const BREAKS = {
  'cases-open': [1, 2, 3, 4, 5, 7],
  'cases-overdue': [1, 2, 3, 4, 5, 7],
  newborns: [1, 2, 3, 4, 5, 7],
  'move-ins': [1, 2, 3, 5, 8, 12],
  reported: [1, 2, 3, 5, 8, 12],
  silence: [0, 15, 30, 45, 60, 120],
  recent: [1, 2, 3, 5, 8, 12],
};

/** @returns {string[]} the layers that say something in this city, in the order of their keys */
export function layers() {
  return page.layers;
}

/** The layer of the moment, and how much wider its steps are than usual. */
const scale = { layer: 'cases-open', wide: 1 };

export function use(layer) {
  scale.layer = layer;
}

/** @returns {string} the layer of the moment */
export function layer() {
  return scale.layer;
}

/** @returns {boolean} whether the steps are wider than usual */
export function isWide() {
  return scale.wide > 1;
}

/** @returns {number[]} where each step but the first begins */
export function breaks() {
  const usual = BREAKS[scale.layer];
  return scale.wide === 1 ? usual : usual.map((low, index) => (index ? low * scale.wide : low));
}

/**
 * Widens the steps while more than half of all grids are in the last one; minutes of silence mean what they say.
 *
 * What comes out depends on the values alone, so that two screens with the same numbers have the same legend.
 *
 * @param {number[]} values of all grids of the city, whatever part of it a map shows
 * @returns {boolean} whether the steps are others than before
 */
export function widen(values) {
  const before = scale.wide, last = BREAKS[scale.layer][STEPS - 2];
  const isCrowded = () => 2 * values.filter((value) => value >= last * scale.wide).length > values.length;
  scale.wide = 1;
  if (scale.layer === 'silence') return before !== 1;
  for (let times = 0; isCrowded() && times < MOST_TIMES; times++) scale.wide *= times % 3 === 1 ? 2.5 : 2;
  return scale.wide !== before;
}

/** @returns {number} the step of a value, 0 to 6 */
export function step(value) {
  if (scale.layer === 'silence' && value < 0) return OFF_SHIFT;
  const lows = breaks();
  let index = 0;
  while (index < lows.length && value >= lows[index]) index++;
  return index;
}

/** @returns {string} the colour of a step */
export function colour(index) {
  return token(`ramp-${index}`);
}
