/** What pages at a desk share: the language, printing, tables that can be sorted, and keys. */
import { switchLanguage } from './address.js';
import { byId, make } from './dom.js';
import { go } from './root.js';

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
  if (event.key === 'l') switchLanguage();
  else if (event.key === 'Backspace') {
    up();
    event.preventDefault();
  }
}

function resize() {
  if (!window.Plotly) return;
  for (const chart of document.querySelectorAll('.js-plotly-plot')) window.Plotly.Plots.resize(chart);
}

/** Goes one step up the breadcrumb; from a city's page, to the wall. */
function up() {
  const links = document.querySelectorAll('.crumbs a');
  go(links.length ? links[links.length - 1].href : '/');
}

/** Watches the least that tells how fresh the page is. */
export function startPage() {
  document.addEventListener('keydown', onKey);
  byId('lang-button').addEventListener('click', switchLanguage);
  byId('print-button').addEventListener('click', function () {
    window.print();
  });
  // Charts are drawn for the screen: on paper they have to take the size that is there.
  window.addEventListener('beforeprint', resize);
  window.addEventListener('afterprint', resize);
}

/** @returns {HTMLAnchorElement} a link */
export function linkTo(text, href) {
  return make('a', '', text, { href });
}

/** Lets a part of the page be made anew; who was at a link, a button or a field of it by keyboard stays there. */
export function keepFocus(box, make) {
  const active = box.contains(document.activeElement) ? document.activeElement : null,
    found = active &&
      ['href', 'data-urge', 'data-act', 'data-action', 'data-sort'].find((name) => active.hasAttribute(name));
  const value = found && active.getAttribute(found);
  make();
  const again = found &&
    [...box.querySelectorAll(`[${found}]`)].find((element) => element.getAttribute(found) === value);
  if (again) again.focus({ preventScroll: true });
}
