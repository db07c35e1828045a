/**
 * The map: one static layer of grids, registered once and restyled by id, so that a frame costs what changed.
 *
 * The document of the map is loaded once (its address holds its hash) and handed to dash-leaflet; changing
 * `hideout` or `data` later would draw all grids anew. A grid's colour tells its value, its hatch its state.
 */
import {byId, calm, make, svg} from '../core/dom.js';
import * as live from '../core/live.js';
import {say} from '../core/words.js';
import * as words from '../core/words.js';

const STEPS = 7, PULSES = 4, PULSE_EVERY_MS = 1500, AGAIN_MS = 600;
const BREAKS = {
  'cases-open': [1, 2, 3, 4, 5, 7], 'cases-overdue': [1, 2, 3, 4, 5, 7], newborns: [1, 2, 3, 4, 5, 7],
  'move-ins': [1, 2, 3, 5, 8, 12], silence: [0, 15, 30, 45, 60, 120], recent: [1, 2, 3, 5, 8, 12],
};
/** @type {{layers: Object[], features: Object[], centres: number[][], byCode: Map<string, number>, areas: Object, outlines: Map<string, Object>}} */
export const city = {layers: [], features: [], centres: [], byCode: new Map(), areas: {}, outlines: new Map()};
export const shown = {layer: 'cases-open', values: [], states: [], keys: [], selected: -1, stop: null, points: null, focus: null};
/** How much wider the steps of a layer are than usual: in a crowded city all grids would look the same. */
let wide = 1;
let map = null, ramp = [], bounds = null, pulses = [], pulsedAt = 0, drawn = 0, toDraw = 0;
/** What a click on a grid does: the wall opens its card, an area's page goes there. */
let openGrid = null;

let tell = null;
export const isDrawn = new Promise(function (resolve) { tell = resolve; });

function step(value) {
  if (shown.layer === 'silence' && value < 0) return 0;
  const breaks = breaksNow();
  let index = 0;
  while (index < breaks.length && value >= breaks[index]) index++;
  return index;
}

function breaksNow() {
  return wide === 1 ? BREAKS[shown.layer] : BREAKS[shown.layer].map((low, at) => (at ? low * wide : low));
}

/** Widens the steps while more than half of the grids are in the last one; minutes of silence mean what they say. */
function widen() {
  wide = 1;
  if (shown.layer === 'silence') return;
  const last = BREAKS[shown.layer][STEPS - 2], values = Object.values(shown.values);
  for (let times = 0; 2 * values.filter((value) => value >= last * wide).length > city.byCode.size && times < 12; times++) wide *= times % 3 === 1 ? 2.5 : 2;
}

function fill(index) {
  const at = step(shown.values[index] || 0), state = shown.states[index] || 'normal';
  return state === 'normal' ? ramp[at] : `url(#hatch-${state}-${at})`;
}

/** Restyles one grid if its look has changed. */
function paint(index) {
  const layer = city.layers[index], key = fill(index);
  if (!layer || shown.keys[index] === key) return;
  shown.keys[index] = key;
  layer.setStyle({fillColor: key});
}

function show(body, delta, frame) {
  const part = delta || body;
  const values = part.values || {}, states = part.states || {};
  if (!delta) { shown.values = []; shown.states = []; }  // by index; a page may show fewer grids
  for (const index in values) shown.values[index] = values[index];
  for (const index in states) shown.states[index] = states[index];
  if (delta) {
    for (const index in values) paint(index);
    for (const index in states) paint(index);
    if (delta.pulse && frame) pulse(delta.pulse);
  } else {
    widen();
    for (let index = 0; index < city.layers.length; index++) paint(index);
    legend();
  }
}

/** Lets a few grids that have just reported pulse once; only transform and opacity move. */
function pulse(grids) {
  const now = performance.now();
  if (calm.matches || document.hidden || !map || now - pulsedAt < PULSE_EVERY_MS) return;
  pulsedAt = now;
  const every = Math.max(1, Math.ceil(grids.length / PULSES));  // not always the first ones: the city's west
  for (let at = 0; at < grids.length; at += every) {
    const index = grids[at];
    const centre = city.centres[index], ring = pulses.shift();
    if (!centre || !ring) continue;
    pulses.push(ring);
    const place = map.latLngToContainerPoint(centre);
    const spot = `translate(${Math.round(place.x)}px,${Math.round(place.y)}px) translate(-50%,-50%)`;
    ring.animate([{opacity: 0.95, transform: spot + ' scale(.35)'}, {opacity: 0, transform: spot + ' scale(1.5)'}],
      {duration: 700, easing: 'ease-out'});
  }
}

function patterns() {
  const picture = svg('svg', {width: 0, height: 0, class: 'patterns', 'aria-hidden': 'true'}), defs = svg('defs');
  const css = getComputedStyle(document.documentElement);
  const lines = {overdue: [css.getPropertyValue('--red'), 45, 2.4], silent: [css.getPropertyValue('--hatch'), -45, 1.6]};
  for (const state in lines) {
    for (let at = 0; at < STEPS; at++) {
      const [colour, turn, width] = lines[state];
      const pattern = svg('pattern', {id: `hatch-${state}-${at}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: `rotate(${turn})`});
      pattern.append(svg('rect', {width: 6, height: 6, fill: ramp[at]}),
        svg('rect', {width, height: 6, fill: colour.trim()}));
      defs.append(pattern);
    }
  }
  picture.append(defs);
  document.body.append(picture);
}

function legend() {
  const box = byId('legend'), breaks = breaksNow(), row = make('div', 'legend-steps');
  for (let at = 0; at < STEPS; at++) {
    const low = at ? breaks[at - 1] : 0, high = at < breaks.length ? breaks[at] - 1 : null;
    let text = high === null ? low + '+' : low >= high ? String(low) : low + '–' + high;
    if (wide > 1 && high !== null) text = String(low);  // the spans would not fit
    if (shown.layer === 'silence' && at === 0) text = say('off-shift');
    const item = make('span', '', text), swatch = make('i', `ramp-${at}`);
    item.prepend(swatch);
    row.append(item);
  }
  const states = make('div', 'legend-states');
  for (const state of ['overdue', 'silent']) {
    const item = make('span', '', say('state-' + state));
    item.prepend(make('i', 'swatch-' + state));
    states.append(item);
  }
  box.replaceChildren(make('b', '', say('legend-' + shown.layer)), row, states);
}

/** Shows another layer; the old one is not watched any more. */
export function choose(layer) {
  if (shown.stop) shown.stop();
  shown.layer = layer;
  for (const tab of document.querySelectorAll('[data-layer]')) tab.setAttribute('aria-pressed', String(tab.dataset.layer === layer));
  document.body.dataset.layer = layer;
  shown.stop = live.watch('map/' + layer, show);
}

function register(feature, layer) {
  const index = feature.properties.i;
  city.layers[index] = layer;
  layer.on('click', function () { openGrid(index); });
  layer.on('mouseover', function (event) { hover(index, event.containerPoint); });
  layer.on('mouseout', function () { byId('hover').hidden = true; });
  layer.options.fillColor = shown.keys[index] = fill(index);  // drawn once, in the colour that is known by now
  layer.once('add', function () {
    if (++drawn === toDraw) setTimeout(ready, 0, layer);
  });
}

function hover(index, place) {
  const box = byId('hover'), value = shown.values[index];
  box.replaceChildren(make('b', '', gridName(index)), make('span', '',
    say(shown.layer) + ' ' + (shown.layer === 'silence' && value < 0 ? say('off-shift') : words.number(value || 0))));
  box.style.left = place.x + 'px';
  box.style.top = place.y + 'px';
  box.hidden = false;
}

function ready(layer) {
  map = layer._map;
  const holder = map.getContainer();
  for (let count = 0; count < PULSES; count++) {
    const ring = make('div', 'pulse');
    holder.append(ring);
    pulses.push(ring);
  }
  if (shown.focus || !fits()) focus(shown.focus);
  new ResizeObserver(function () {
    const size = map.getSize();  // as it was drawn: the first observation often tells nothing new
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
  const wanted = map.getBoundsZoom(bounds, false, [6, 6]);
  return Math.abs(map.getZoom() - wanted) < 0.25 && map.getBounds().contains(bounds);
}

function fit() {
  map.invalidateSize({animate: false});
  const outline = city.outlines.get(shown.focus);
  if (outline) map.fitBounds(outline.getBounds(), {animate: false, paddingTopLeft: [24, byId('tour').offsetHeight + 24], paddingBottomRight: [24, 24]});
  else map.fitBounds(bounds, {animate: false, padding: [6, 6]});
}

/** Shows one district with a strong border, or (null) the whole city. */
export function focus(code) {
  const before = city.outlines.get(shown.focus), outline = city.outlines.get(code);
  shown.focus = code;
  if (!map) return;  // it is done when the map is there
  if (before) before.setStyle(OUTLINE);
  if (outline) { outline.setStyle({color: '#ffffff', weight: 4, opacity: 1}); outline.bringToFront(); }
  fit();
}

export function select(index) {
  if (shown.selected >= 0) city.layers[shown.selected].setStyle(STYLE);
  shown.selected = index;
  if (index < 0) return;
  city.layers[index].setStyle({color: '#ffffff', weight: 3});
  city.layers[index].bringToFront();
}

/** Moves the selection to the nearest grid in a direction. */
function move(dx, dy) {
  const from = city.centres[shown.selected >= 0 ? shown.selected : Number(Object.keys(city.centres)[0])];
  let best = -1, least = Infinity;
  city.centres.forEach(function (centre, index) {
    const x = (centre[1] - from[1]) * 0.86, y = centre[0] - from[0], along = x * dx + y * dy, across = Math.abs(x * dy - y * dx);
    if (along <= 1e-6 || across > along * 1.2) return;
    const cost = along + 2 * across;
    if (cost < least) { least = cost; best = index; }
  });
  if (best >= 0) select(best);
}

function onKey(event) {
  const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
  if (moves[event.key]) { move(...moves[event.key]); event.preventDefault(); event.stopPropagation(); }
  if (event.key === 'Enter' && shown.selected >= 0) { openGrid(shown.selected); event.preventDefault(); event.stopPropagation(); }
}

/** A case on the map of a grid; `gridwall.map.points` draws them all anew, which are few. */
function point(feature, latlng) {
  const late = feature.properties.overdue;
  return L.circleMarker(latlng, {radius: late ? 8 : 6, weight: 2, color: late ? '#ff8f6b' : '#ffffff', fillColor: late ? '#5a1d0c' : '#1f5a87', fillOpacity: 0.95});
}

function bindCase(feature, layer) {
  layer.bindTooltip(feature.properties.text);
  layer.on('click', function () { location.assign(feature.properties.href); });
}

/** Shows cases at their coordinates. @param {Object[]} features GeoJSON points with text, href, overdue */
export function points(features) {
  shown.points = features;
  dash_clientside.set_props('map-cases', {data: {type: 'FeatureCollection', features}});
}

// All of it is in sight, and shapes fit each other as they are: neither clipped nor simplified.
const STYLE = {color: '#0b1220', weight: 0.7, opacity: 1, fillOpacity: 1, noClip: true, smoothFactor: 0};

const OWN = {color: '#6fc3ff', weight: 3.5, opacity: 1, fill: false, interactive: false};
const OUTLINE = {color: '#7fa3c7', weight: 1.8, opacity: 0.9, fill: false, interactive: false};

function label(feature, layer) {
  city.outlines.set(feature.properties.code, layer);
  if (!feature.properties.label) return;
  const [lon, lat] = feature.properties.label;
  layer.bindTooltip(words.named(feature.properties).replace(/ (Community|Subdistrict)$/, ''), {permanent: true, direction: 'center', className: 'district-label', interactive: false});
  layer.on('add', function () { layer.openTooltip([lat, lon]); });
}

function centre(geometry) {
  const ring = geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0][0];
  let lon = 0, lat = 0;
  for (const point of ring) { lon += point[0]; lat += point[1]; }
  return [lat / ring.length, lon / ring.length];
}

/** The document has asked for the page's map already (document.py); this takes the answer, and reads it meanwhile. */
function early() {
  const link = document.querySelector('link[rel=preload][as=fetch]'), url = link && link.getAttribute('href');
  return {url, answer: url && fetch(url).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null)};
}
const asked = early();

/**
 * Gives the map its data, and again when nothing was drawn: what is set while dash-leaflet's layers are
 * still being loaded is sometimes lost.
 */
function handOver(made) {
  if (made.water) dash_clientside.set_props('map-water', {data: {...made.water}});
  dash_clientside.set_props('map-grids', {data: {type: 'FeatureCollection', features: made.features}});
  dash_clientside.set_props('map-outlines', {data: {...made.outlines}});
  setTimeout(function () { if (!drawn) handOver(made); }, AGAIN_MS);
}

export async function start(url, {open, ready: whenRead}) {
  openGrid = open;
  live.names('map', () => 'map/' + shown.layer);
  const css = getComputedStyle(document.documentElement);
  ramp = Array.from({length: STEPS}, (_, at) => css.getPropertyValue('--ramp-' + at).trim());
  patterns();
  const made = (asked.url === url && await asked.answer) || await (await fetch(url)).json();
  city.areas = made.areas;
  for (const feature of made.features) {  // by index on the axis of all grids, of which an area has some
    const index = feature.properties.i;
    city.features[index] = feature.properties;
    city.centres[index] = centre(feature.geometry);
    city.byCode.set(feature.properties.code, index);
  }
  bounds = made.bounds;
  toDraw = made.features.length;
  handOver(made);
  if (whenRead) whenRead();
}

export function areaName(code) {
  const known = city.areas[code] || city.features[city.byCode.get(code)];
  return known ? words.named(known) : code;
}

/** @returns {string} a name without the kind of area, which its place in a line tells already */
function short(name) {
  return name.replace(/ (District|Community|Subdistrict|Street)$/, '').replace(/(区|社区)$/, '');
}

/** @returns {string} district, community and grid, as people say it */
export function gridName(index) {
  const grid = city.features[index];
  if (!grid) return '';
  const names = [words.named(grid)];
  for (let code = grid.parent; code && city.areas[code]; code = city.areas[code].parent) {
    if (city.areas[code].level === 'community' || city.areas[code].level === 'district') names.unshift(short(words.named(city.areas[code])));
  }
  return names.join(' ');
}

/** @returns {{value: number, state: string, colour: string}|null} what the map shows of a grid now */
export const layers = Object.keys(BREAKS);

/** What dash-leaflet calls (layouts/map.py names it), and what anybody may ask of a map. */
Object.assign(window.gridwall, {
  /** @returns {{value: number, state: string, colour: string}|null} what the map shows of a grid now */
  grid(code) {
    const index = city.byCode.get(code);
    if (index === undefined) return null;
    const value = shown.values[index] || 0;
    return {value, state: shown.states[index] || 'normal', colour: ramp[step(value)]};
  },
  map: {
    register, label, point, bindCase, city, shown,
    style: () => STYLE,
    outline: (feature) => (feature.properties.own ? OWN : OUTLINE),
    water: () => ({stroke: false, fillColor: '#0e2038', fillOpacity: 1, interactive: false}),
  },
});
