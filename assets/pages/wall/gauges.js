/**
 * Gauges of rates: an arc that begins at 0 and ends at 100 %, a mark at the target, both counts, the window.
 * The containers are in the layout (`data-gauge`); what is in them is drawn here.
 */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const SWEEP = 240, RADIUS = 78, CENTRE_X = 100, CENTRE_Y = 96;
  /** @type {Map<string, {arc: Element, value: Element, sign: Element, counts: Element, box: HTMLElement, target: number|null}>} */
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
    const picture = gw.dom.svg('svg', {viewBox: '0 0 200 158', 'aria-hidden': 'true'});
    picture.append(gw.dom.svg('path', {d: arcPath(), class: 'gauge-track'}));
    const arc = gw.dom.svg('path', {d: arcPath(), class: 'gauge-arc', pathLength: '100', 'stroke-dasharray': '0 200'});
    picture.append(arc);
    if (target !== null) {
      const [x1, y1] = point(target, RADIUS - 13), [x2, y2] = point(target, RADIUS + 13);
      picture.append(gw.dom.svg('line', {x1, y1, x2, y2, class: 'gauge-target'}));
    }
    for (const [share, text] of [[0, '0'], [1, '100']]) {
      const [x, y] = point(share, RADIUS);
      const label = gw.dom.svg('text', {x, y: y + 18, class: 'gauge-end'});
      label.textContent = text;
      picture.append(label);
    }
    const value = gw.dom.make('b', 'gauge-value', '–', {'data-kpi': name, 'data-rate': '1', 'data-value': ''});
    const counts = gw.dom.make('span', 'gauge-counts', '');
    const note = target === null ? gw.words.say('no-target')
      : gw.words.say('target', {target: gw.words.percent(target).replace(/[.,]0$/, '') + '%'});  // the window is in the panel's head
    const dial = gw.dom.make('div', 'gauge-dial');
    dial.append(picture, value);
    box.replaceChildren(dial, gw.dom.make('span', 'gauge-name', gw.words.say(name)), counts,
      gw.dom.make('span', 'gauge-note', note));
    gauges.set(name, {arc, value, counts, box, target});
  }

  function show(body, delta) {
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
    gw.dom.write(gauge.value, rate === null ? '–' : gw.words.percent(rate) + '%');
    gw.dom.write(gauge.counts, whole ? gw.words.say('of', {part: gw.words.number(part), whole: gw.words.number(whole)})
      : gw.words.say('nothing-due'));
    gauge.arc.setAttribute('stroke-dasharray', `${rate === null ? 0 : (rate * 100).toFixed(2)} 200`);
    gauge.box.dataset.state = rate === null ? 'none' : gauge.target === null ? 'plain' : rate >= gauge.target ? 'met' : 'missed';
  }

  gw.gauges = {start: function () { document.querySelectorAll('[data-gauge]').forEach(draw); }, show};
})(window.gridwall);
