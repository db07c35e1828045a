/** What a grid's colour means: the steps of each layer, wider where a city has too much of everything. */
import { token } from '../core/theme.js';

export const STEPS = 7;
const OFF_SHIFT = 0, MOST_TIMES = 12;
const BREAKS = {
  'cases-open': [1, 2, 3, 4, 5, 7],
  'cases-overdue': [1, 2, 3, 4, 5, 7],
  newborns: [1, 2, 3, 4, 5, 7],
  'move-ins': [1, 2, 3, 5, 8, 12],
  silence: [0, 15, 30, 45, 60, 120],
  recent: [1, 2, 3, 5, 8, 12],
};
export const layers = Object.keys(BREAKS);

/** The layer of the moment, and how much wider its steps are than usual. */
const scale = { layer: layers[0], wide: 1 };

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

/** Widens the steps while more than half of the grids are in the last one; minutes of silence mean what they say. */
export function widen(values, grids) {
  const last = BREAKS[scale.layer][STEPS - 2];
  const isCrowded = () => 2 * values.filter((value) => value >= last * scale.wide).length > grids;
  scale.wide = 1;
  if (scale.layer === 'silence') return;
  for (let times = 0; isCrowded() && times < MOST_TIMES; times++) scale.wide *= times % 3 === 1 ? 2.5 : 2;
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
