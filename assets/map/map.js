/**
 * The map: one static layer of grids, registered once and restyled by id, so that a frame costs what changed.
 *
 * The document of the map is loaded once (its address holds its hash) and handed to dash-leaflet; changing
 * `hideout` or `data` later would draw all grids anew. A grid's colour tells its value, its hatch its state.
 */
import { byId, make } from '../core/dom.js';
import * as live from '../core/live.js';
import { token } from '../core/theme.js';
import { named, number, say } from '../core/words.js';
import * as legend from './legend.js';
import { gridName, know, places } from './names.js';
import * as pulses from './pulses.js';
import * as scale from './scale.js';
import { at, go } from '../core/root.js';

const AGAIN_MS = 600, AWAIT_MS = 700;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** How much shorter a degree of longitude is than one of latitude, about 30 degrees north. */
const NARROW = 0.86;

/** What Leaflet has drawn: grids by their number, outlines by code, the map itself, and the frame that it shows. */
const drawn = { layers: [], centres: [], outlines: new Map(), map: null, bounds: null, count: 0, toDraw: 0 };
/** What the map shows: values and states by grid, the fill that each has, who is chosen, the district in focus. */
const shown = {
  values: [],
  states: [],
  isKnown: false,
  timer: 0,
  fills: [],
  selected: -1,
  stop: null,
  points: null,
  focus: null,
};
/** What a click on a grid does: the wall opens its card, an area's page goes there. */
const calls = { open: (/** @type {number} */ _index) => {} };

let tell = null;
export const isDrawn = new Promise(function (resolve) {
  tell = resolve;
});

// ------------------------------------------------------------------ values

function fillOf(index) {
  if (!shown.isKnown) return token('unknown');
  const state = shown.states[index] || 'normal';
  return legend.fill(scale.step(shown.values[index] || 0), legend.isMost(state) ? 'normal' : state);
}

/** Counts the grids of the map in each state. @returns {boolean} whether a hatch comes or goes */
function survey() {
  const counts = {};
  drawn.centres.forEach(function (_centre, index) {
    const state = shown.states[index] || 'normal';
    counts[state] = (counts[state] || 0) + 1;
  });
  return legend.survey(counts, Object.keys(drawn.centres).length);
}

/** Restyles one grid if its look has changed. */
function paint(index) {
  const layer = drawn.layers[index], fill = fillOf(index);
  if (!layer || shown.fills[index] === fill) return;
  shown.fills[index] = fill;
  layer.setStyle({ fillColor: fill });
}

function show(body, delta, frame) {
  const { values = {}, states = {} } = delta || body;
  if (!delta) {
    shown.isKnown = true;
    shown.values = []; // by number; a page may show fewer grids
    shown.states = [];
  }
  for (const index in values) shown.values[index] = values[index];
  for (const index in states) shown.states[index] = states[index];
  const isOther = survey();
  if (!delta || isOther || (delta.values && scale.widen(shown.values))) {
    showAll();
    if (!delta) return;
  }
  for (const index in values) paint(index);
  for (const index in states) paint(index);
  if (delta.pulse && frame) pulses.show(drawn.map, delta.pulse, drawn.centres);
}

function showAll() {
  scale.widen(shown.values);
  for (let index = 0; index < drawn.layers.length; index++) paint(index);
  legend.draw();
}

/** Shows another layer; the old one is not watched any more. */
export function choose(layer) {
  if (shown.stop) shown.stop();
  scale.use(layer);
  for (const tab of document.querySelectorAll('[data-layer]')) {
    tab.setAttribute('aria-pressed', String(tab.dataset.layer === layer));
  }
  document.body.dataset.layer = layer;
  shown.isKnown = false;
  shown.stop = live.watch('map/' + layer, show);
  clearTimeout(shown.timer);
  shown.timer = setTimeout(unknown, AWAIT_MS);
}

/** What does not come is not known: neither nothing, nor what another layer has shown. */
function unknown() {
  if (shown.isKnown) return;
  for (let index = 0; index < drawn.layers.length; index++) paint(index);
  legend.draw(false);
}

// ------------------------------------------------------------------ what dash-leaflet calls

/** All of a grid is in sight, and shapes fit each other as they are: neither clipped nor simplified. */
function style() {
  return { color: token('ground'), weight: 0.7, opacity: 1, fillOpacity: 1, noClip: true, smoothFactor: 0 };
}

function outline(feature) {
  const look = feature.properties.own ? { color: token('accent'), weight: 3.5, opacity: 1 } : border();
  return { ...look, fill: false, interactive: false };
}

function border() {
  return { color: token('border'), weight: 1.8, opacity: 0.9 };
}

function water() {
  return { stroke: false, fillColor: token('water'), fillOpacity: 1, interactive: false };
}

function register(feature, layer) {
  const index = feature.properties.i;
  drawn.layers[index] = layer;
  layer.on('click', () => calls.open(index));
  layer.on('mouseover', (event) => hover(index, event.containerPoint));
  layer.on('mouseout', function () {
    byId('hover').hidden = true;
  });
  layer.options.fillColor = shown.fills[index] = fillOf(index); // drawn once, in the colour that is known by now
  layer.once('add', function () {
    if (++drawn.count === drawn.toDraw) setTimeout(ready, 0, layer);
  });
}

/** What Leaflet shows as it is: a string it would take for markup, and names and case ids are anybody's. */
function plain(text) {
  return make('span', '', text);
}

function label(feature, layer) {
  drawn.outlines.set(feature.properties.code, layer);
  if (!feature.properties.label) return;
  const [lon, lat] = feature.properties.label;
  const text = plain(named(feature.properties));
  layer.bindTooltip(text, { permanent: true, direction: 'center', className: 'district-label', interactive: false });
  layer.on('add', () => layer.openTooltip([lat, lon]));
}

/** A case on the map of an area; `points` draws them all anew, which are few. */
function point(feature, place) {
  const isLate = feature.properties.overdue;
  const look = isLate
    ? { radius: 8, color: token('red'), fillColor: token('late-case') }
    : { radius: 6, color: token('bright'), fillColor: token('ramp-2') };
  return L.circleMarker(place, { ...look, weight: 2, fillOpacity: 0.95 });
}

function bindCase(feature, layer) {
  layer.bindTooltip(plain(feature.properties.text));
  layer.on('click', () => go(feature.properties.href));
}

function hover(index, place) {
  const box = byId('hover'), value = shown.values[index], isOff = scale.layer() === 'silence' && value < 0;
  const told = !shown.isKnown ? '–' : isOff ? say('off-shift') : number(value || 0);
  const text = say(scale.layer()) + ' ' + told;
  box.replaceChildren(make('b', '', gridName(index)), make('span', '', text));
  box.style.left = place.x + 'px';
  box.style.top = place.y + 'px';
  box.hidden = false;
}

// ------------------------------------------------------------------ what is in sight

function ready(layer) {
  const map = drawn.map = layer._map, holder = map.getContainer();
  pulses.start(holder);
  if (shown.focus || !fits()) focus(shown.focus);
  new ResizeObserver(function () {
    const size = map.getSize(); // as it was drawn: the first observation often tells nothing new
    if (size.x !== holder.clientWidth || size.y !== holder.clientHeight) fit();
  }).observe(holder);
  holder.setAttribute('tabindex', '0');
  holder.addEventListener('keydown', onKey);
  document.body.dataset.map = 'ready';
  tell();
  if (shown.points) points(shown.points);
}

/** Says whether the map shows its area already, as it does when the layout has brought its bounds. */
function fits() {
  const { map, bounds } = drawn, wanted = map.getBoundsZoom(bounds, false, [6, 6]);
  return Math.abs(map.getZoom() - wanted) < 0.25 && map.getBounds().contains(bounds);
}

function fit() {
  const { map, bounds, outlines } = drawn, district = outlines.get(shown.focus);
  map.invalidateSize({ animate: false });
  if (!map.getSize().x) return; // hidden, as on paper: nothing can be fitted into nothing
  if (!district) {
    map.fitBounds(bounds, { animate: false, padding: [6, 6] });
    return;
  }
  const paddingTopLeft = [24, byId('tour').offsetHeight + 24];
  map.fitBounds(district.getBounds(), { animate: false, paddingTopLeft, paddingBottomRight: [24, 24] });
}

/** Shows one district with a strong border, or (null) the whole city. */
export function focus(code) {
  const before = drawn.outlines.get(shown.focus), district = drawn.outlines.get(code);
  shown.focus = code;
  if (!drawn.map) return; // it is done when the map is there
  if (before) before.setStyle(border());
  if (district) {
    district.setStyle({ color: token('bright'), weight: 4, opacity: 1 });
    district.bringToFront();
  }
  fit();
}

/** Marks one grid, or (-1) none. */
export function select(index) {
  if (shown.selected >= 0) drawn.layers[shown.selected].setStyle(style());
  shown.selected = index;
  if (index < 0) return;
  drawn.layers[index].setStyle({ color: token('bright'), weight: 3 });
  drawn.layers[index].bringToFront();
}

/** Moves the selection to the nearest grid in a direction. */
function move(dx, dy) {
  const from = drawn.centres[shown.selected >= 0 ? shown.selected : Number(Object.keys(drawn.centres)[0])];
  let best = -1, least = Infinity;
  drawn.centres.forEach(function (centre, index) {
    const x = (centre[1] - from[1]) * NARROW, y = centre[0] - from[0];
    const along = x * dx + y * dy, across = Math.abs(x * dy - y * dx), cost = along + 2 * across;
    if (along <= 1e-6 || across > along * 1.2 || cost >= least) return;
    least = cost;
    best = index;
  });
  if (best >= 0) select(best);
}

function onKey(event) {
  const isOpening = event.key === 'Enter' && shown.selected >= 0;
  if (!MOVES[event.key] && !isOpening) return;
  if (isOpening) calls.open(shown.selected);
  else move(...MOVES[event.key]);
  event.preventDefault();
  event.stopPropagation();
}

/** Shows cases at their coordinates. @param {Object[]} features GeoJSON points with text, href, overdue */
export function points(features) {
  shown.points = features;
  dash_clientside.set_props('map-cases', { data: { type: 'FeatureCollection', features } });
}

// ------------------------------------------------------------------ start

/** The document has asked for the page's map already (document.py); this takes the answer, and reads it meanwhile. */
function early() {
  const link = document.querySelector('link[rel=preload][as=fetch]'), url = link && link.getAttribute('href');
  return { url, answer: url && fetch(url).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null) };
}
const asked = early();

/**
 * Gives the map its data, and again when nothing was drawn: what is set while dash-leaflet's layers are
 * still being loaded is sometimes lost.
 */
function handOver(made) {
  if (made.water) dash_clientside.set_props('map-water', { data: { ...made.water } });
  dash_clientside.set_props('map-grids', { data: { type: 'FeatureCollection', features: made.features } });
  dash_clientside.set_props('map-outlines', { data: { ...made.outlines } });
  setTimeout(function () {
    if (!drawn.count) handOver(made);
  }, AGAIN_MS);
}

function centreOf(geometry) {
  const ring = geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0][0];
  let lon = 0, lat = 0;
  for (const corner of ring) {
    lon += corner[0];
    lat += corner[1];
  }
  return [lat / ring.length, lon / ring.length];
}

/**
 * Loads the map and hands it over.
 *
 * @param {string} url address of its document
 * @param {{open: function(number): void, ready?: function(): void}} handed `open` is called with the number of a grid
 *   that somebody chose, `ready` once names of areas are known
 */
export async function start(url, handed) {
  calls.open = handed.open;
  live.names('map', () => 'map/' + scale.layer());
  legend.patterns();
  const made = (asked.url === at(url) && await asked.answer) || await (await fetch(at(url))).json();
  know(made);
  for (const feature of made.features) drawn.centres[feature.properties.i] = centreOf(feature.geometry);
  drawn.bounds = made.bounds;
  survey();
  drawn.toDraw = made.features.length;
  handOver(made);
  if (handed.ready) handed.ready();
}

/** @returns {{value: number|null, state: string, colour: string}|null} what the map shows of a grid now */
function grid(code) {
  const index = places.byCode.get(code);
  if (index === undefined) return null;
  if (!shown.isKnown) return { value: null, state: 'unknown', colour: token('unknown') };
  const value = shown.values[index] || 0;
  return { value, state: shown.states[index] || 'normal', colour: scale.colour(scale.step(value)) };
}

// What anybody may ask of a map, and what dash-leaflet calls (layouts/map.py names it).
Object.assign(window.gridwall, {
  grid,
  map: { style, outline, water, register, label, point, bindCase, drawn, shown },
});
