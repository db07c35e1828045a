/**
 * Gauges of rates: an arc that begins at 0 and ends at 100 %, a mark at the target, both counts, the window.
 * The containers are in the layout (`data-gauge`); what is in them is drawn here.
 */
import { make, svg, write } from '../../core/dom.js';
import { say } from '../../core/words.js';
import * as words from '../../core/words.js';

const SWEEP = 240, RADIUS = 78, CENTRE_X = 100, CENTRE_Y = 96;
/** @type {Map<string, {arc: Element, value: HTMLElement, counts: Element, box: HTMLElement, target: number|null}>} */
const gauges = new Map();

function point(share, radius) {
  const angle = (150 + SWEEP * share) * Math.PI / 180;
  return [CENTRE_X + radius * Math.cos(angle), CENTRE_Y + radius * Math.sin(angle)];
}

function arcPath() {
  const [x1, y1] = point(0, RADIUS), [x2, y2] = point(1, RADIUS);
  return `M${x1.toFixed(2)},${y1.toFixed(2)}A${RADIUS},${RADIUS} 0 1 1 ${x2.toFixed(2)},${y2.toFixed(2)}`;
}

function draw(box) {
  const name = box.dataset.gauge, target = box.dataset.target ? Number(box.dataset.target) : null;
  const picture = svg('svg', { viewBox: '0 0 200 158', 'aria-hidden': 'true' });
  picture.append(svg('path', { d: arcPath(), class: 'gauge-track' }));
  const arc = svg('path', { d: arcPath(), class: 'gauge-arc', pathLength: '100', 'stroke-dasharray': '0 200' });
  picture.append(arc);
  if (target !== null) {
    const [x1, y1] = point(target, RADIUS - 13), [x2, y2] = point(target, RADIUS + 13);
    picture.append(svg('line', { x1, y1, x2, y2, class: 'gauge-target' }));
  }
  for (const [share, text] of [[0, '0'], [1, '100']]) {
    const [x, y] = point(share, RADIUS);
    const label = svg('text', { x, y: y + 18, class: 'gauge-end' });
    label.textContent = text;
    picture.append(label);
  }
  const value = make('b', 'gauge-value', '–', { 'data-kpi': name, 'data-rate': '1', 'data-value': '' });
  const counts = make('span', 'gauge-counts', '');
  const note = target === null
    ? say('no-target')
    : say('target', { target: words.percent(target).replace(/[.,]0$/, '') + '%' }); // the window is in the panel's head
  const dial = make('div', 'gauge-dial');
  dial.append(picture, value);
  box.replaceChildren(dial, make('span', 'gauge-name', say(name)), counts, make('span', 'gauge-note', note));
  gauges.set(name, { arc, value, counts, box, target });
}

export function show(body, delta) {
  const changed = delta ? delta.rates : body.rates;
  for (const name in changed || {}) {
    const gauge = gauges.get(name);
    if (gauge) set(gauge, body.rates[name][0], body.rates[name][1]);
  }
}

function set(gauge, part, whole) {
  const rate = whole ? part / whole : null;
  gauge.value.dataset.value = rate === null ? '' : String(rate);
  gauge.value.dataset.numerator = String(part);
  gauge.value.dataset.denominator = String(whole);
  write(gauge.value, rate === null ? '–' : words.percent(rate) + '%');
  write(gauge.counts, whole ? say('of', { part, whole }) : say('nothing-due'));
  gauge.arc.setAttribute('stroke-dasharray', `${rate === null ? 0 : (rate * 100).toFixed(2)} 200`);
  gauge.box.dataset.state = rate === null
    ? 'none'
    : gauge.target === null
    ? 'plain'
    : rate >= gauge.target
    ? 'met'
    : 'missed';
}

export function start() {
  document.querySelectorAll('[data-gauge]').forEach(draw);
}
