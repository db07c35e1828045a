/** Keyboard and rotation: layers, then districts change by themselves on a wall, and stop when somebody takes over. */
import { askedFor, remember, switchLanguage } from '../../core/address.js';
import { byId } from '../../core/dom.js';
import * as heatmap from '../../core/heatmap.js';
import * as map from '../../map/map.js';
import { layer, layers } from '../../map/scale.js';
import * as card from './card.js';
import * as tour from './tour.js';

const AFTER_TOUCH_MS = 60000;
/** Milliseconds for each layer (0: it stays), whether districts follow, whether somebody has stopped it. */
let rotateMs = 0, districts = false, paused = false;
/** The timer of the next turn. */
let timer = 0;

function layerAt(offset) {
  return layers()[(layers().indexOf(layer()) + offset + layers().length) % layers().length];
}

function plan(ms) {
  clearTimeout(timer);
  if (rotateMs > 0 && !paused) timer = setTimeout(rotate, ms);
}

function rotate() {
  if (!card.isOpen() && document.body.dataset.live === 'live') {
    const round = layer() === layers()[layers().length - 1];
    if (tour.isOn() || (districts && round)) turn();
    else map.choose(layerAt(1));
    remember('layer', null);
    remember('district', null);
  }
  plan(rotateMs);
}

/** Shows the next district, with the layer that says most; after the last one the layers begin again. */
function turn() {
  tour.next();
  if (layer() !== layers()[0]) map.choose(layers()[0]);
}

/** Somebody asked for the next district: it stays for a minute at least, and is in the address. */
function nextDistrict() {
  tour.next();
  remember('district', tour.code());
  plan(Math.max(rotateMs, AFTER_TOUCH_MS));
}

function leave() {
  card.close();
  byId('keys').hidden = true;
  tour.home();
  remember('district', null);
}

/** Somebody chose a layer: it stays for a minute at least. */
function choose(wanted) {
  map.choose(wanted);
  remember('layer', wanted);
  plan(Math.max(rotateMs, AFTER_TOUCH_MS));
}

function pause() {
  paused = !paused;
  byId('paused').hidden = !paused;
  plan(rotateMs);
}

function help() {
  const box = byId('keys');
  box.hidden = !box.hidden;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
  const number = Number(event.key);
  if (number >= 1 && number <= layers().length) choose(layers()[number - 1]);
  else if (event.key === ' ' && event.target.tagName !== 'BUTTON') {
    pause();
    event.preventDefault();
  } else if (event.key === '?') help();
  else if (event.key === 'h') heatmap.toggle();
  else if (event.key === 'l') switchLanguage();
  else if (event.key === 'ArrowLeft' && event.target === document.body) choose(layerAt(-1));
  else if (event.key === 'ArrowRight' && event.target === document.body) choose(layerAt(1));
  else if (event.key === 'd') nextDistrict();
  else if (event.key === 'Escape') leave();
}

export function start(seconds, withDistricts) {
  rotateMs = seconds * 1000;
  districts = withDistricts;
  document.addEventListener('keydown', onKey);
  for (const tab of document.querySelectorAll('[data-layer]')) {
    tab.addEventListener('click', () => choose(tab.dataset.layer));
  }
  byId('keys-button').addEventListener('click', help);
  byId('keys-close').addEventListener('click', help);
  byId('lang-button').addEventListener('click', switchLanguage);
  const asked = askedFor('layer');
  if (layers().includes(asked)) choose(asked);
  else {
    map.choose('cases-open');
    plan(tour.isOn() ? Math.max(rotateMs, AFTER_TOUCH_MS) : rotateMs);
  }
}
