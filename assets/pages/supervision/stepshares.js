/** Where the time goes: which share of its limit each step uses, half of the cases and nine out of ten. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const STEPS = ['file', 'dispatch', 'handle', 'close'], SCALE = 1.5;  // a bar's whole width is one and a half limits
  const say = (key, values) => gw.words.say(key, values);
  const share = (value) => gw.words.percent(value) + '%';

  function part(name, from, to) {
    const made = gw.dom.make('i', name);
    made.style.left = Math.min(1, from / SCALE) * 100 + '%';
    made.style.width = Math.max(0, Math.min(1, to / SCALE) - Math.min(1, from / SCALE)) * 100 + '%';
    return made;
  }

  /** @returns {HTMLElement} both shares as bars over each other, what lies beyond the limit set apart, and in words */
  function spread(values, slowest) {
    const box = gw.dom.make('div', slowest ? 'spread slowest' : 'spread'), bar = gw.dom.make('span', 'spread-bar', null, {'aria-hidden': 'true'}), text = gw.dom.make('span', 'spread-text');
    bar.append(part('p90', 0, Math.min(1, values.p90)), part('p50', 0, Math.min(1, values.p50)), part('late', 1, values.p90), part('limit', 1, 1));
    if (values.p90 > SCALE) bar.append(gw.dom.make('b', '', '›'));
    text.append(share(values.p50) + ' / ', gw.dom.make('b', values.p90 > 1 ? 'late' : '', (values.p90 > 1 ? '▲ ' : '') + share(values.p90)), gw.dom.make('small', '', ' n = ' + gw.words.number(values.count)));
    box.append(bar, text);
    if (slowest) box.append(gw.dom.make('em', 'slowest-tag', '◆ ' + say('slowest')));
    return box;
  }

  function row({category, steps}) {
    const known = gw.page.labels.category[category], slowest = STEPS.filter((step) => steps[step]).sort((one, other) => steps[other].p90 - steps[one].p90)[0];
    const line = gw.desk.row([known ? gw.words.named(known) : category, ...STEPS.map((step) => (steps[step] ? spread(steps[step], step === slowest) : '–'))]);
    STEPS.forEach(function (step, at) { line.children[at + 1].dataset.head = say('step-' + step); });
    line.dataset.category = category;
    line.dataset.slowest = slowest || '';
    return line;
  }

  async function load() {
    const {categories, cases} = await (await fetch('/api/v1/supervision/steps')).json();
    const head = gw.dom.make('thead'), rows = gw.dom.make('tbody');
    head.append(gw.desk.row([say('head-category'), ...STEPS.map((step) => say('step-' + step))], 'th'));
    head.querySelectorAll('th').forEach((place) => place.setAttribute('scope', 'col'));
    rows.append(...categories.map(row));
    gw.dom.byId('step-shares').replaceChildren(head, rows);
    const note = gw.dom.byId('step-shares-note');
    note.textContent = cases ? say('step-shares-note', {cases: gw.words.number(cases)}) : say('step-shares-none');
    note.dataset.value = String(cases);
  }

  gw.stepshares = {load};
})(window.gridwall);
