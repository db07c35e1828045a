/** The areas of a map by their codes and numbers, and what people call them. */
import { named } from '../core/words.js';

/**
 * What the document of a map brings (feeds/…/maps): grids by their number on the axis of all grids, of which an area
 * has some; the areas above them by code.
 *
 * @type {{features: Object[], byCode: Map<string, number>, areas: Object<string, Object>}}
 */
export const places = { features: [], byCode: new Map(), areas: {} };

export function know(made) {
  places.areas = made.areas;
  for (const feature of made.features) {
    places.features[feature.properties.i] = feature.properties;
    places.byCode.set(feature.properties.code, feature.properties.i);
  }
}

export function areaName(code) {
  const known = places.areas[code] || places.features[places.byCode.get(code)];
  return known ? named(known) : code;
}

/** @returns {string} what people call a grid, as the server says it (AreaTree.called): what it lies in, then its own */
export function gridName(index) {
  const grid = places.features[index];
  if (!grid) return '';
  const above = places.areas[grid.parent];
  return (above && above.level !== 'city' ? named(above) + ' ' : '') + named(grid);
}
