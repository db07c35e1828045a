/**
 * The round of districts on the wall: the map goes to one after the other, its border strong, its numbers in a strip.
 *
 * A wall begins it when all layers have been shown (keys.js); `?district=` in the address holds one, Esc leaves it.
 */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  let codes = [], at = -1, stop = null;

  function fill(kpi) {
    for (const place of document.querySelectorAll('[data-tour]')) {
      const value = kpi[place.dataset.tour];
      gw.dom.write(place, gw.words.number(value));
      place.dataset.value = String(value);
    }
  }

  function show(index) {
    const strip = gw.dom.byId('tour'), code = codes[index];
    leave();
    at = index;
    document.body.dataset.district = code;
    strip.href = '/area/' + code;
    gw.dom.write(gw.dom.byId('tour-name'), gw.words.named(gw.page.labels.district[code]));
    for (const place of document.querySelectorAll('[data-tour]')) { gw.dom.write(place, '–'); place.dataset.value = ''; }
    strip.hidden = false;
    stop = gw.live.watch('wall/' + code, function (body, delta) { if (!delta || delta.kpi) fill(body.kpi); });
    gw.map.focus(code);
  }

  function leave() {
    if (stop) stop();
    stop = null;
    at = -1;
    delete document.body.dataset.district;
  }

  /** Goes back to the whole city. */
  function home() {
    if (at < 0) return;
    leave();
    gw.dom.byId('tour').hidden = true;
    gw.map.focus(null);
  }

  /** Goes on to the next district. @returns {boolean} whether there was one; after the last one it is the city again */
  function next() {
    if (at + 1 < codes.length) { show(at + 1); return true; }
    home();
    return false;
  }

  function start(districts) {
    codes = Object.keys(districts);
    const asked = codes.indexOf(gw.desk.asked('district'));
    if (asked >= 0) show(asked);
  }

  gw.tour = {start, next, home, isOn: () => at >= 0, code: () => (at < 0 ? null : codes[at])};
})(window.gridwall);
