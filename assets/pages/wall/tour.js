/**
 * The round of districts on the wall: the map goes to one after the other, its border strong, its numbers in a strip.
 *
 * A wall begins it when all layers have been shown (keys.js); `?district=` in the address holds one, Esc leaves it.
 */
import { askedFor } from '../../core/address.js';
import { byId, write } from '../../core/dom.js';
import * as live from '../../core/live.js';
import { page } from '../../core/words.js';
import * as words from '../../core/words.js';
import * as map from '../../map/map.js';
import { at } from '../../core/root.js';

/** The districts of the round, which of them is shown (-1: the whole city), and what ends the watching of it. */
let codes = [], current = -1, stop = null;

function fill(kpi) {
  for (const place of document.querySelectorAll('[data-tour]')) {
    const value = kpi[place.dataset.tour];
    write(place, words.number(value));
    place.dataset.value = String(value);
  }
}

function show(index) {
  const strip = byId('tour'), code = codes[index];
  leave();
  current = index;
  document.body.dataset.district = code;
  strip.href = at('/area/' + encodeURIComponent(code));
  write(byId('tour-name'), words.named(page.labels.district[code]));
  for (const place of document.querySelectorAll('[data-tour]')) {
    write(place, '–');
    place.dataset.value = '';
  }
  strip.hidden = false;
  stop = live.watch('wall/' + code, function (body, delta) {
    if (!delta || delta.kpi) fill(body.kpi);
  });
  map.focus(code);
}

function leave() {
  if (stop) stop();
  stop = null;
  current = -1;
  delete document.body.dataset.district;
}

/** Goes back to the whole city. */
export function home() {
  if (current < 0) return;
  leave();
  byId('tour').hidden = true;
  map.focus(null);
}

/** Goes on to the next district. @returns {boolean} whether there was one; after the last one it is the city again */
export function next() {
  if (current + 1 < codes.length) {
    show(current + 1);
    return true;
  }
  home();
  return false;
}

/** @param {string[]} districts codes of the districts of the round, none where a city has none */
export function start(districts) {
  codes = districts;
  live.names('tour', () => (current < 0 ? page.topic : 'wall/' + codes[current]));
  const asked = codes.indexOf(askedFor('district'));
  if (asked >= 0) show(asked);
}

/** @returns {boolean} whether a district is shown now */
export function isOn() {
  return current >= 0;
}

/** @returns {string|null} the code of the district that is shown */
export function code() {
  return current < 0 ? null : codes[current];
}
