/** Counters: every element with `data-kpi` shows the number of that name, and carries it as `data-value`. */
import { flash, write } from './dom.js';
import * as words from './words.js';

const QUIET = new Set([
  'reports',
  'reports-per-minute',
  'workers-on-shift',
  'male',
  'female',
  'age-0-14',
  'age-15-59',
  'age-60-up',
]);
const SHARED = ['population', 'male', 'female', 'age-0-14', 'age-15-59', 'age-60-up'];
/** @type {Map<string, HTMLElement[]>} */
const places = new Map();

export function find() {
  places.clear();
  for (const element of document.querySelectorAll('[data-kpi]:not([data-rate])')) {
    const name = element.dataset.kpi;
    if (!places.has(name)) places.set(name, []);
    places.get(name).push(element);
  }
}

export function show(body, delta, isFirst) {
  const changed = delta ? delta.kpi : body.kpi;
  if (!changed) return;
  for (const name in changed) {
    for (const element of places.get(name) || []) {
      const value = changed[name];
      const text = element.dataset.signed && value > 0 ? '+' + words.number(value) : words.number(value);
      if (write(element, text) && !isFirst && !QUIET.has(name)) flash(element);
      element.dataset.value = value;
    }
  }
  if (SHARED.some((name) => name in changed)) shares(body.kpi);
}

/** Bars and percentages of the population panel. */
function shares(kpi) {
  const all = kpi.population || 1;
  for (const element of document.querySelectorAll('[data-share]')) {
    const share = kpi[element.dataset.share] / all;
    if (element.dataset.bar) element.style.flexGrow = String(Math.round(share * 1000));
    else write(element, words.percent(share) + '%');
  }
}
