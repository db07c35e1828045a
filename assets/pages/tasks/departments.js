/** All inboxes at a glance: their counts are written anew while one looks; each count opens its tasks. */
import { fetched, keepAsking } from '../../core/ask.js';
import { flash, write } from '../../core/dom.js';
import { linkTo, startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';
import * as words from '../../core/words.js';

const EVERY_MS = 3000;

/** Writes a count; the place keeps the address of its tasks, and nothing leads nowhere. */
function writeCount(place, count) {
  if (place.dataset.value === String(count)) return;
  place.dataset.value = String(count);
  const link = place.querySelector('a');
  if (count && link) write(link, words.number(count));
  else place.replaceChildren(count ? linkTo(words.number(count), place.dataset.href) : '·');
  place.classList.toggle('late', place.dataset.count === 'overdue' && count > 0);
  flash(place);
}

function show({ ok, body }) {
  if (!ok) return;
  for (const row of document.querySelectorAll('[data-department]')) {
    const counts = body.departments[row.dataset.department];
    for (const place of row.querySelectorAll('[data-count]')) writeCount(place, counts[place.dataset.count]);
  }
}

function start() {
  startPage();
  const shownIn = [document.querySelector('[data-department]')].filter(Boolean);
  keepAsking({ everyMs: EVERY_MS, get: (signal) => fetched('/api/v1/departments', signal), show, shownIn });
}

begin(start);
