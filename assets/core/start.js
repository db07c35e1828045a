/** The start of a page: what all have in common, then what a page's own script brings along. */
import * as clock from './clock.js';
import * as kpi from './kpi.js';
import * as live from './live.js';
import { page } from './words.js';
import { root } from './root.js';

/** A language that the address names is kept for the next address without one. */
function remember(lang) {
  const asked = new URLSearchParams(location.search).get('lang') || '';
  if (asked.trim().split(/[-_]/)[0].toLowerCase() !== lang.split('-')[0]) return; // words.py: by the primary part
  document.cookie = `gridwall-lang=${lang}; path=${root || '/'}; max-age=31536000; samesite=lax`;
}

/** What every page has: its words, its clock, how fresh it is, and its language. */
function common(given) {
  Object.assign(page, given, { words: window.gridwall.catalogue });
  document.documentElement.lang = page.lang;
  document.title = page.title;
  remember(page.lang);
  document.body.dataset.version = page.version;
  live.names('city', () => page.topic);
  kpi.find();
  clock.start();
}

/** Begins a page by `start()` once its layout is there: then Dash calls what stands here (callbacks/start.py). */
export function begin(start) {
  let isBegun = false;
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.page = {
    start(given) {
      if (!isBegun) {
        isBegun = true;
        common(JSON.parse(given));
        start();
        live.start();
      }
      return window.dash_clientside.no_update;
    },
  };
}
