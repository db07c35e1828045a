/** Puts the wall together once its layout is on the page. Called by a clientside callback (callbacks/wall.py). */
window.dash_clientside = window.dash_clientside || {};
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';

  /** A language that the address names is kept for the next address without one. */
  function remember(lang) {
    if (new URLSearchParams(location.search).get('lang') !== lang) return;
    document.cookie = `gridwall-lang=${lang}; path=/; max-age=31536000; samesite=lax`;
  }

  function start(page) {
    if (gw.page) return;
    gw.page = page;
    Object.assign(gw.words.page, {lang: page.lang, words: page.words, timezone: page.timezone, speed: page.speed});
    document.documentElement.lang = page.lang;
    document.title = page.title;
    remember(page.lang);
    document.body.dataset.version = page.version;
    gw.kpi.find();
    gw.gauges.start();
    gw.heatmap.start();
    gw.lists.start();
    gw.card.start();
    gw.map.start(page.map_url);
    gw.keys.start(page.rotate_s);
    gw.clock.start();
    gw.map.choose('cases-open');
    let first = true;
    gw.live.watch('city', function (body, delta) {
      gw.kpi.show(body, delta, first);
      gw.gauges.show(body, delta);
      gw.heatmap.show(body, delta);
      gw.lists.show(body, delta);
      first = false;
    });
    gw.live.start();
  }

  window.dash_clientside.wall = {start: function (page) {
    start(page);
    return window.dash_clientside.no_update;
  }};
})(window.gridwall);
