/** The appraisal: a table whose counts open their cases, in an order that is never the amount, and signs beside it. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const EVERY_MS = 15000, AT_ONCE = 50;
  let page = null, view = {}, shown = AT_ONCE, askedAt = 0, turn = 0, flagged = new Set(), low = new Set();
  const say = (key, values) => gw.words.say(key, values);
  const count = (value) => gw.words.number(value);
  const named = (thing) => (thing.above ? gw.words.named(thing.above) + ' ' : '') + gw.words.named(thing);
  const words = (name) => say(name.replace(/_/g, '-'));

  /** @returns {URLSearchParams} what the API is asked for */
  function query(more) {
    const asked = new URLSearchParams({kind: view.kind, area: view.area, sort: view.sort, descending: String(view.down), ...more});
    if (view.days) asked.set('days', view.days);
    return asked;
  }

  /** @returns {HTMLElement} a count that opens what it counts; 0 opens nothing */
  function opens(value, address, id) {
    const text = count(value);
    if (!address || !value) return gw.dom.make('span', '', text);
    return gw.desk.link(text, address.replace('{id}', encodeURIComponent(id)));
  }

  function cell(row, indicator, body) {
    const found = row.cells[indicator.id], box = gw.dom.make('td', found.counts ? '' : 'few', null, {'data-indicator': indicator.id, 'data-numerator': String(found.numerator), 'data-denominator': String(found.denominator)});
    if (!found.denominator) { box.textContent = '–'; return box; }
    const share = gw.dom.make('b', '', gw.words.percent(found.rate) + '%'), counts = gw.dom.make('small'), links = indicator.links || {};
    if (found.counts && indicator.target !== null) share.className = found.rate >= indicator.target ? 'met' : 'missed';
    if (!found.counts) box.title = say('appraisal-few', {least: count(body.least)});
    else if (!indicator.links) box.title = say('appraisal-unlisted', {days: count(body.listed_days)});
    counts.append(opens(found.numerator, links.numerator, row.id), ' / ', opens(found.denominator, links.denominator, row.id));
    box.append(share, counts);
    return box;
  }

  function line(row, body) {
    const made = gw.dom.make('tr', '', null, {'data-row': row.id}), name = gw.dom.make('th', 'text', null, {scope: 'row'}), score = gw.dom.make('td', 'score', null, {'data-score': row.score === null ? '' : String(row.score)});
    name.append(gw.desk.link(named(row), body.kind === 'department' ? '/departments/' + row.id : '/area/' + row.id));
    if (flagged.has(row.id) && body.kind === 'worker') name.append(' ', gw.dom.make('span', 'look', '◆ ' + say('signs-look')));
    if (row.score === null) score.textContent = '–';
    else {
      const bar = gw.dom.make('i', '', null, {'aria-hidden': 'true'});
      bar.style.setProperty('--share', String(row.score / 100));
      score.append(gw.dom.make('b', '', row.score.toFixed(1)), bar);
    }
    made.append(gw.dom.make('td', 'rank', row.rank === null ? '–' : count(row.rank)), name, score, ...body.indicators.map((indicator) => cell(row, indicator, body)));
    return made;
  }

  function heading(id, text, notes) {
    const own = view.sort === id, box = gw.dom.make('th', id === 'score' ? 'score' : '', null, {scope: 'col', 'aria-sort': !own ? 'none' : view.down ? 'descending' : 'ascending'});
    box.append(gw.dom.make('button', 'sort', text + (own ? (view.down ? ' ▾' : ' ▴') : ''), {type: 'button', 'data-sort': id}));
    for (const note of notes) box.append(gw.dom.make('small', '', note));
    return box;
  }

  function head(body) {
    const row = gw.dom.make('tr'), made = gw.dom.make('thead');
    row.append(gw.dom.make('th', 'rank', say('appraisal-rank'), {scope: 'col'}), gw.dom.make('th', 'text', say('kind-' + body.kind), {scope: 'col'}), heading('score', say('appraisal-score'), []));
    for (const one of body.indicators) {
      const notes = [say('appraisal-weight', {weight: count(one.weight)})];
      if (one.target !== null) notes.push(say('appraisal-target', {target: count(one.target * 100)}));
      if (one.less_is_better) notes.push(say('appraisal-less'));
      row.append(heading(one.id, words(one.id), notes));
    }
    made.append(row);
    return made;
  }

  /** Draws the table anew; who was at a link or a heading by keyboard stays there. */
  function draw(body) {
    const table = gw.dom.byId('appraisal'), active = table.contains(document.activeElement) ? document.activeElement : null;
    const at = active && (active.dataset.sort ? `[data-sort="${active.dataset.sort}"]` : active.getAttribute('href') && `a[href="${active.getAttribute('href')}"]`);
    const rows = gw.dom.make('tbody');
    low = new Set(body.indicators.filter((one) => one.less_is_better).map((one) => one.id));  // there, the best comes first the other way
    rows.append(...body.rows.map((row) => line(row, body)));
    table.replaceChildren(...(body.total ? [head(body), rows] : []));
    if (!body.total) table.append(empty());
    const again = at && table.querySelector(at);
    if (again) again.focus({preventScroll: true});
    gw.dom.byId('appraisal-total').textContent = say('appraisal-ranked', {total: count(body.total), ranked: count(body.ranked), from: body.from, to: body.to});
    gw.dom.byId('appraisal-note').textContent = say('appraisal-note', {least: count(body.least), share: count(body.least_weight * 100)});
    gw.dom.byId('appraisal-shown').textContent = body.total ? say('appraisal-shown', {shown: count(body.rows.length), total: count(body.total)}) : '';
    const more = gw.dom.byId('appraisal-more');
    more.hidden = !body.next;
    more.textContent = say('appraisal-more', {count: count(Math.min(AT_ONCE, body.total - body.rows.length))});
  }

  function empty() {
    const body = gw.dom.make('tbody'), row = gw.dom.make('tr'), box = gw.dom.make('td', 'text appraisal-empty');
    box.append(gw.dom.make('b', '', say('appraisal-empty')), gw.dom.make('p', 'mute', say('appraisal-empty-note')));
    row.append(box);
    body.append(row);
    return body;
  }

  // ------------------------------------------------------------------ signs

  function told(sign, rules) {
    const values = {found: count(sign.found), of: count(sign.of), days: count(rules.month_end_days), expected: sign.expected === null ? '' : count(sign.expected), seconds: count(rules.seconds), metres: count(rules.metres), speed: count(rules.metres_per_s)};
    const item = gw.dom.make('li', '', null, {'data-sign': sign.id}), name = gw.dom.make('b', '', words('sign-' + sign.id));
    item.append(name, gw.dom.make('span', '', say('sign-' + sign.id.replace(/_/g, '-') + '-told', values)));
    if (sign.extreme) name.append(gw.dom.make('em', 'clear', say('signs-clear')));
    if (sign.cases) {
      const link = gw.desk.link(say('cases-count', {count: count(sign.cases)}), sign.link);
      link.dataset.cases = String(sign.cases);
      item.append(link);
    }
    return item;
  }

  function card(worker, rules) {
    const item = gw.dom.make('li', worker.flagged ? 'worker flagged' : 'worker', null, {'data-worker': worker.area, id: 'sign-' + worker.area}), top = gw.dom.make('p'), list = gw.dom.make('ul');
    top.append(gw.desk.link(named(worker), '/area/' + worker.area), gw.dom.make('span', worker.flagged ? 'look' : 'mute', worker.flagged ? '◆ ' + say('signs-look') : say('signs-one')));
    list.append(...worker.signs.map((sign) => told(sign, rules)));
    item.append(top, list);
    return item;
  }

  function drawSigns(body) {
    const list = gw.dom.byId('signs');
    gw.dom.byId('signs-note').textContent = say('signs-note', {days: count(body.rules.window_days)});
    gw.dom.byId('signs-total').textContent = say('signs-flagged', {count: count(body.flagged), all: count(body.all)});
    gw.dom.byId('signs-total').dataset.value = String(body.flagged);
    flagged = new Set(body.workers.filter((worker) => worker.flagged).map((worker) => worker.area));
    if (list.contains(document.activeElement)) return;
    list.replaceChildren(...body.workers.map((worker) => card(worker, body.rules)));
    if (body.workers.length) return;
    const none = gw.dom.make('li', 'empty');
    none.append(gw.dom.make('b', '', say('signs-none')), gw.dom.make('span', 'mute', say('signs-none-note', {all: count(body.all)})));
    list.append(none);
  }

  // ------------------------------------------------------------------ what is asked for

  async function load() {
    const own = ++turn;
    askedAt = performance.now();
    try {
      const [table, signs] = await Promise.all([
        fetch('/api/v1/performance?' + query({limit: String(shown)})), fetch('/api/v1/performance/signs?area=' + encodeURIComponent(view.area))]);
      const body = await table.json(), found = await signs.json();
      if (own !== turn) return;  // something else was chosen meanwhile
      if (table.ok && signs.ok) { drawSigns(found); draw(body); } else refused(table.ok ? found : body);
      document.body.dataset.performance = 'ready';
    } catch (error) { /* the server is away: the page says so, and asks again */ }
  }

  function refused(told) {
    gw.dom.byId('appraisal-total').textContent = `${told.field}: ${told.reason}`;
    gw.dom.byId('appraisal').replaceChildren();
  }

  function change(part) {
    view = {...view, ...part};
    shown = AT_ONCE;
    document.body.dataset.performance = 'loading';
    for (const [name, value] of Object.entries({kind: view.kind, days: view.days, area: view.area === page.root ? null : view.area, sort: view.sort === 'score' && view.down ? null : (view.down ? '-' : '') + view.sort})) gw.desk.remember(name, value || null);
    for (const button of document.querySelectorAll('[data-choice]')) button.setAttribute('aria-pressed', String(view[button.dataset.choice] === button.dataset.value));
    for (const file of document.querySelectorAll('[data-export]')) file.href = file.pathname + '?' + query({lang: gw.words.page.lang});
    load();
  }

  function onSort(event) {
    const button = event.target.closest('[data-sort]');
    if (!button) return;
    const id = button.dataset.sort;
    change({sort: id, down: id === view.sort ? !view.down : !low.has(id)});
  }

  function start(data) {
    page = data;
    gw.desk.start();
    const asked = gw.desk.asked('sort') || '-score', area = gw.dom.byId('appraisal-area');
    const pressed = (name) => { const found = document.querySelector(`[data-choice="${name}"][aria-pressed="true"]`); return found ? found.dataset.value : ''; };
    area.value = page.area;
    area.addEventListener('change', function () { change({area: area.value}); });
    for (const button of document.querySelectorAll('[data-choice]')) {
      // What an indicator of departments is, is none of workers: the order begins anew with another kind.
      button.addEventListener('click', function () { change({[button.dataset.choice]: button.dataset.value, ...(button.dataset.choice === 'kind' ? {sort: 'score', down: true} : {})}); });
    }
    gw.dom.byId('appraisal').addEventListener('click', onSort);
    gw.dom.byId('appraisal-more').addEventListener('click', function () { shown += AT_ONCE; load(); });
    change({kind: gw.desk.asked('kind') || pressed('kind'), days: pressed('days') || gw.desk.asked('days') || '', area: page.area, sort: asked.replace(/^-/, ''), down: asked.startsWith('-')});
    gw.live.watch('city', function () { if (performance.now() - askedAt > EVERY_MS && !document.hidden) load(); });
  }

  gw.performance = {start};
})(window.gridwall);
