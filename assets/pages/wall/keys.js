/** Keyboard and rotation: layers, then districts change by themselves on a wall, and stop when somebody takes over. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const AFTER_TOUCH_MS = 60000;
  let paused = false, rotateMs = 0, timer = 0, districts = false;

  function layerAt(offset) {
    const layers = gw.map.layers;
    return layers[(layers.indexOf(gw.map.shown.layer) + offset + layers.length) % layers.length];
  }

  function plan(ms) {
    clearTimeout(timer);
    if (rotateMs > 0 && !paused) timer = setTimeout(rotate, ms);
  }

  function rotate() {
    if (!gw.card.isOpen() && document.body.dataset.live === 'live') {
      const round = gw.map.shown.layer === gw.map.layers[gw.map.layers.length - 1];
      if (gw.tour.isOn() || (districts && round)) turn(); else gw.map.choose(layerAt(1));
      gw.desk.remember('layer', null);
      gw.desk.remember('district', null);
    }
    plan(rotateMs);
  }

  /** Shows the next district, with the layer that says most; after the last one the layers begin again. */
  function turn() {
    gw.tour.next();
    if (gw.map.shown.layer !== gw.map.layers[0]) gw.map.choose(gw.map.layers[0]);
  }

  /** Somebody asked for the next district: it stays for a minute at least, and is in the address. */
  function nextDistrict() {
    gw.tour.next();
    gw.desk.remember('district', gw.tour.code());
    plan(Math.max(rotateMs, AFTER_TOUCH_MS));
  }

  function leave() {
    gw.card.close();
    gw.dom.byId('keys').hidden = true;
    gw.tour.home();
    gw.desk.remember('district', null);
  }

  /** Somebody chose a layer: it stays for a minute at least. */
  function choose(layer) {
    gw.map.choose(layer);
    gw.desk.remember('layer', layer);
    plan(Math.max(rotateMs, AFTER_TOUCH_MS));
  }

  function pause() {
    paused = !paused;
    gw.dom.byId('paused').hidden = !paused;
    plan(rotateMs);
  }

  function switchLanguage() {
    const address = new URL(location.href);
    address.searchParams.set('lang', gw.words.page.lang === 'en' ? 'zh-CN' : 'en');
    location.assign(address);
  }

  function help() {
    const box = gw.dom.byId('keys');
    box.hidden = !box.hidden;
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    const number = Number(event.key);
    if (number >= 1 && number <= gw.map.layers.length) choose(gw.map.layers[number - 1]);
    else if (event.key === ' ' && event.target.tagName !== 'BUTTON') { pause(); event.preventDefault(); }
    else if (event.key === '?') help();
    else if (event.key === 'h') gw.heatmap.toggle();
    else if (event.key === 'l') switchLanguage();
    else if (event.key === 'ArrowLeft' && event.target === document.body) choose(layerAt(-1));
    else if (event.key === 'ArrowRight' && event.target === document.body) choose(layerAt(1));
    else if (event.key === 'd') nextDistrict();
    else if (event.key === 'Escape') leave();
  }

  function start(seconds, withDistricts) {
    rotateMs = seconds * 1000;
    districts = withDistricts;
    document.addEventListener('keydown', onKey);
    for (const tab of document.querySelectorAll('[data-layer]')) tab.addEventListener('click', () => choose(tab.dataset.layer));
    gw.dom.byId('keys-button').addEventListener('click', help);
    gw.dom.byId('keys-close').addEventListener('click', help);
    gw.dom.byId('lang-button').addEventListener('click', switchLanguage);
    const asked = gw.desk.asked('layer');
    if (gw.map.layers.includes(asked)) choose(asked); else { gw.map.choose('cases-open'); plan(gw.tour.isOn() ? Math.max(rotateMs, AFTER_TOUCH_MS) : rotateMs); }
  }

  gw.keys = {start};
})(window.gridwall);
