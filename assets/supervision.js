/** Electronic supervision: counts by level and department, each opening its cases; one click urges all that are late. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const EVERY_MS = 2000, STEPS_EVERY_MS = 60000, STEPS = ['file', 'dispatch', 'handle', 'close'], HEAT = [1, 3, 6, 12, 25, 50];
  const QUERY = {overdue: '&overdue=true', due_soon: '&due_soon=true', open: ''};
  let page = null, askedAt = -EVERY_MS, stepsAt = -STEPS_EVERY_MS;
  const say = (key, values) => gw.words.say(key, values);

  function heat(count) {
    let step = 0;
    while (step < HEAT.length && count >= HEAT[step]) step++;
    return 'heat-' + step;
  }

  function cell(name, level, department, count) {
    const place = gw.dom.make('td', heat(count), null, {'data-value': String(count), 'data-level': level, 'data-department': department});
    place.append(count ? gw.desk.link(gw.words.number(count), `/cases?state=open${QUERY[name]}&level=${level}&department=${department}`) : '·');
    return place;
  }

  function table(name, body) {
    const box = document.querySelector(`[data-supervision="${name}"]`), head = gw.dom.make('thead'), rows = gw.dom.make('tbody');
    head.append(gw.desk.row([say('head-level'), ...page.departments.map(([, label]) => label), say('total')], 'th'));
    head.querySelectorAll('th').forEach((place) => place.setAttribute('scope', 'col'));
    let sum = 0;
    body.levels.forEach(function (level, at) {
      const line = gw.dom.make('tr'), counts = body[name][at], total = counts.reduce((one, other) => one + other, 0);
      line.append(gw.dom.make('th', 'text', say('level-name-' + level), {scope: 'row'}), ...counts.map((count, column) => cell(name, level, body.departments[column], count)),
        gw.dom.make('td', 'heat-total', gw.words.number(total)));
      rows.append(line);
      sum += total;
    });
    box.replaceChildren(head, rows);
    const place = document.querySelector(`[data-supervision-total="${name}"]`);
    gw.dom.write(place, say('cases-count', {count: gw.words.number(sum)}));
    place.dataset.value = String(sum);
  }

  /** @returns {Node} p50 and p90 of the share of a limit, as two bars over each other and in words */
  function spread(values) {
    const box = gw.dom.make('div', 'spread'), bar = gw.dom.make('span', 'spread-bar', null, {'aria-hidden': 'true'});
    for (const name of ['p90', 'p50']) {
      const part = gw.dom.make('i', name + (values[name] > 1 ? ' late' : ''));
      part.style.width = Math.min(100, values[name] * 100) + '%';
      bar.append(part);
    }
    box.append(bar, gw.dom.make('span', values.p90 > 1 ? 'late' : '', gw.words.percent(values.p50) + '% / ' + gw.words.percent(values.p90) + '%'));
    return box;
  }

  async function steps() {
    if (performance.now() - stepsAt < STEPS_EVERY_MS) return;
    stepsAt = performance.now();
    const {categories} = await (await fetch('/api/v1/supervision/steps')).json();
    const head = gw.dom.make('thead'), rows = gw.dom.make('tbody');
    head.append(gw.desk.row([say('head-category'), ...STEPS.map((step) => say('step-' + step))], 'th'));
    head.querySelectorAll('th').forEach((place) => place.setAttribute('scope', 'col'));
    for (const {category, steps: found} of categories) {
      const known = gw.page.labels.category[category], slowest = STEPS.filter((step) => found[step]).sort((a, b) => found[b].p90 - found[a].p90)[0];
      const line = gw.desk.row([known ? gw.words.named(known) : category, ...STEPS.map((step) => (found[step] ? spread(found[step]) : '–'))]);
      line.dataset.category = category;
      line.dataset.slowest = slowest || '';
      STEPS.forEach(function (step, at) { if (step === slowest) line.children[at + 1].classList.add('slowest'); });
      rows.append(line);
    }
    gw.dom.byId('step-shares').replaceChildren(head, rows);
  }

  async function load(now) {
    if (!now && performance.now() - askedAt < EVERY_MS) return;
    askedAt = performance.now();
    try {
      const body = await (await fetch('/api/v1/supervision')).json();
      for (const name of ['overdue', 'due_soon', 'open']) table(name, body);
      gw.dom.write(gw.dom.byId('returned'), gw.words.number(body.returned_today));
      gw.dom.write(gw.dom.byId('badly-rated'), gw.words.number(body.badly_rated_today));
      gw.dom.byId('urge-all').disabled = !body.allowed;
      document.body.dataset.supervision = 'ready';
      await steps();
    } catch (error) { /* the server is away: the page says so, and asks again */ }
  }

  async function urge() {
    const button = gw.dom.byId('urge-all'), message = gw.dom.byId('urge-message');
    button.disabled = true;
    message.textContent = say('act-sending');
    try {
      const answer = await fetch('/api/v1/supervision/urge', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({overdue: 'true', note: say('act-by')})});
      const told = await answer.json();
      message.textContent = answer.ok ? say('urged', {urged: gw.words.number(told.urged), skipped: gw.words.number(told.skipped)}) : say('act-refused', {reason: told.reason});
    } catch (error) { message.textContent = say('act-failed'); }
    button.disabled = false;
    load(true);
  }

  function start(data) {
    page = data;
    gw.desk.start();
    gw.dom.byId('urge-all').addEventListener('click', urge);
    load(true);
    gw.live.watch('city', function () { load(false); });
  }

  gw.supervision = {start};
})(window.gridwall);
