/** Starts the scripts of a page once its layout is there. Called by a clientside callback (callbacks/wall.py). */
window.dash_clientside = window.dash_clientside || {};
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';

  /** A language that the address names is kept for the next address without one. */
  function remember(lang) {
    if (new URLSearchParams(location.search).get('lang') !== lang) return;
    document.cookie = `gridwall-lang=${lang}; path=/; max-age=31536000; samesite=lax`;
  }

  /** What every page has: its words, its clock, how fresh it is, and its language. */
  function common(page) {
    gw.page = page;
    Object.assign(gw.words.page, {lang: page.lang, kind: page.kind, words: gw.catalogue, timezone: page.timezone, speed: page.speed});
    document.documentElement.lang = page.lang;
    document.title = page.title;
    remember(page.lang);
    document.body.dataset.version = page.version;
    gw.kpi.find();
    gw.clock.start();
  }

  function wall(page) {
    gw.gauges.start();
    gw.heatmap.start();
    gw.lists.start();
    gw.card.start();
    gw.map.start(page.map_url);
    gw.tour.start(page.labels.district);
    gw.keys.start(page.rotate_s, page.rotate_districts);
    let first = true;
    gw.live.watch('city', function (body, delta) {
      gw.kpi.show(body, delta, first);
      gw.gauges.show(body, delta);
      gw.heatmap.show(body, delta);
      gw.lists.show(body, delta);
      first = false;
    });
  }

  const kinds = {
    wall, areas: (page) => gw.area.start(page), case: (page) => gw.casepage.start(page), cases: (page) => gw.worklist.start(page), inbox: (page) => gw.inbox.start(page), supervision: (page) => gw.supervision.start(page),
    performance: (page) => gw.performance.start(page),
    list: () => gw.desk.start(), departments: () => gw.inboxes.start(), services: () => gw.desk.start(), message: () => gw.desk.start(),
  };

  window.dash_clientside.page = {start: function (given) {
    if (!gw.page) {
      const page = JSON.parse(given);
      common(page);
      kinds[page.kind](page);
      gw.live.start();
    }
    return window.dash_clientside.no_update;
  }};
})(window.gridwall);
