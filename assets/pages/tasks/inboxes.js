/** All inboxes at a glance: their counts are written anew while one looks; each count opens its tasks. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const EVERY_MS = 3000;

  /** Writes a count; the place keeps the address of its tasks, and nothing leads nowhere. */
  function write(place, count) {
    if (place.dataset.value === String(count)) return;
    place.dataset.value = String(count);
    const link = place.querySelector('a');
    if (count && link) gw.dom.write(link, gw.words.number(count));
    else place.replaceChildren(count ? gw.desk.link(gw.words.number(count), place.dataset.href) : '·');
    place.classList.toggle('late', place.dataset.count === 'overdue' && count > 0);
    gw.dom.flash(place);
  }

  async function load() {
    if (document.hidden) return;
    try {
      const {departments} = await (await fetch('/api/v1/departments')).json();
      for (const row of document.querySelectorAll('[data-department]')) {
        for (const place of row.querySelectorAll('[data-count]')) write(place, departments[row.dataset.department][place.dataset.count]);
      }
    } catch (error) { /* the server is away: the page says so, and asks again */ }
  }

  function start() {
    gw.desk.start();
    setInterval(load, EVERY_MS);
  }

  gw.inboxes = {start};
})(window.gridwall);
