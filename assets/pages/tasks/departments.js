/** All inboxes at a glance: their counts are written anew while one looks; each count opens its tasks. */
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

async function load() {
  if (document.hidden) return;
  try {
    const { departments } = await (await fetch('/api/v1/departments')).json();
    for (const row of document.querySelectorAll('[data-department]')) {
      for (const place of row.querySelectorAll('[data-count]')) {
        writeCount(place, departments[row.dataset.department][place.dataset.count]);
      }
    }
  } catch { /* the server is away: the page says so, and asks again */ }
}

function start() {
  startPage();
  setInterval(load, EVERY_MS);
}

begin(start);
