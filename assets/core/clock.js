/** The city's clock and the words about freshness. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';

  /** @returns {number} the city's time in ms: the last frame's, carried on at the city's speed */
  function now() {
    const state = gw.live.state;
    if (!state.at) return Date.now();
    return state.at + (performance.now() - state.atHeard) * gw.words.page.speed;
  }

  /** @returns {number} the city's time of the data on screen: heartbeats go on while Redis is silent, the data does not */
  function asOf() {
    return gw.live.state.at - gw.live.state.ageMs * gw.words.page.speed;
  }

  function tick() {
    const state = gw.live.state;
    if (!state.at) return;
    const shown = document.body.dataset.live === 'stale' ? asOf() : now();
    gw.dom.write(gw.dom.byId('clock-time'), gw.words.time(shown));
    gw.dom.write(gw.dom.byId('clock-date'), gw.words.date(shown));
  }

  function seconds(ms) {
    return ms < 10000 ? (ms / 1000).toFixed(1) : String(Math.round(ms / 1000));
  }

  /** Says how fresh the screen is, and when it is not, why. */
  function freshness() {
    const state = gw.live.state, mode = document.body.dataset.live, age = seconds(gw.live.age());
    const text = mode === 'live' && state.behind > 2000
      ? gw.words.say('catching-up', {behind: gw.words.number(state.behind)}) : gw.words.say(mode, {age});
    gw.dom.write(gw.dom.byId('freshness'), text);
    const banner = gw.dom.byId('banner');
    if (mode === 'stale') {
      const reason = state.socket && state.ageMs > 1000 ? 'no-redis' : 'reconnecting';
      const time = state.at ? gw.words.time(asOf()) : '–';
      gw.dom.write(banner, gw.words.say(reason, {time}) + ' ' + gw.words.say('retrying'));
    }
    banner.hidden = mode !== 'stale';
  }

  /** A panel says its age when that is more than it should be: a frame missed, a snapshot awaited, or all stale. */
  function panelAges() {
    for (const place of document.querySelectorAll('.panel-age')) {
      const card = gw.dom.byId('grid-card');
      const topic = {city: gw.page.topic, map: 'map/' + gw.map.shown.layer, card: card && 'area/' + card.dataset.area}[place.dataset.topic];
      const age = gw.live.ageOf(topic || place.dataset.topic), old = age > gw.live.STALE_MS;
      if (old) gw.dom.write(place, gw.words.say('panel-age', {age: seconds(age)}));
      if (place.hidden === old) place.hidden = !old;
    }
  }

  gw.clock = {now, start: function () {
    setInterval(function () { tick(); freshness(); panelAges(); }, 500);
    gw.live.onState(function () {
      const mode = document.body.dataset.live;
      if (mode !== freshness.mode) { freshness.mode = mode; freshness(); tick(); panelAges(); }
    });
  }};
})(window.gridwall);
