/** The page of an area: the wall's numbers for it, comparisons, children, ledger, homes, open cases; all of it live. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const RATE_COLUMNS = {now: [0, 1], parent: [2, 3], week: [4, 5]};
  const CHILD_COLUMNS = ['name', 'population', 'newborns', 'net', 'open', 'overdue', 'community', 'on-time', 'satisfied', 'on-shift'];
  const TODAY_EVERY_MS = 5000;
  let page = null, panels = null, sort = {column: 'open', down: true}, todayAt = -TODAY_EVERY_MS;

  const say = (key, values) => gw.words.say(key, values);
  const number = (value) => gw.words.number(value);
  const share = (part, whole) => (whole ? gw.words.percent(part / whole) + '%' : '–');

  /** @returns {string} what changed, with its sign; equal is said, too */
  function signed(value) {
    return value > 0 ? '+' + number(value) : value < 0 ? '−' + number(-value) : '±0';
  }

  function points(now, then) {
    if (now === null || then === null) return '–';
    const change = Math.round((now - then) * 1000) / 10;
    return say('points', {points: (change > 0 ? '+' : change < 0 ? '−' : '±') + gw.words.percent(Math.abs(change) / 100)});
  }

  function rates() {
    for (const row of document.querySelectorAll('[data-rate-row]')) {
      const name = row.dataset.rateRow, counts = panels.rates[name];
      const rate = Object.fromEntries(Object.entries(RATE_COLUMNS).map(([key, [part, whole]]) => [key, counts[whole] ? counts[part] / counts[whole] : null]));
      const target = page.targets[name], cell = row.querySelector('.rate-now');
      cell.replaceChildren(gw.dom.make('b', '', share(counts[0], counts[1]), {'data-kpi': name, 'data-rate': '1', 'data-value': String(rate.now),
        'data-numerator': String(counts[0]), 'data-denominator': String(counts[1])}), gw.dom.make('small', '', say('of', {part: number(counts[0]), whole: number(counts[1])})));
      row.dataset.state = target === undefined || rate.now === null ? 'plain' : rate.now >= target ? 'met' : 'missed';
      row.querySelector('.rate-target').textContent = target === undefined ? '–' : (row.dataset.state === 'met' ? '✓ ' : row.dataset.state === 'missed' ? '▼ ' : '') + gw.words.percent(target) + '%';
      row.querySelector('.rate-parent').textContent = rate.parent === null ? '–' : share(counts[2], counts[3]) + ' (' + points(rate.now, rate.parent) + ')';
      row.querySelector('.rate-week').textContent = points(rate.now, rate.week);
    }
  }

  /** Sums of the last seven whole days against the week before, the year before, and the parent's for the same number of people. */
  function weeks() {
    const table = gw.dom.byId('weeks'), residents = panels.standing.population;
    const head = gw.desk.row([say('head-weekly'), say('head-seven'), say('head-week'), say('head-year'), say('head-parent-rate')], 'th');
    const rows = Object.entries(panels.weeks).map(function ([name, [now, before, year, above]]) {
      const fair = above === null || !residents[2] ? '–' : gw.words.percent(above / residents[2] * residents[0] / 100).replace('%', '');
      const counter = {'move-ins': 'move_ins', 'move-outs': 'move_outs', 'cases-reported': 'cases_reported'}[name] || name;
      const href = (name === 'closed' ? '/cases?closed_on=week' : `/reports?counter=${counter}&day=week`) + '&area=' + page.area.code;
      const sum = gw.desk.link(number(now), href);
      sum.dataset.weekly = name;
      sum.dataset.value = String(now);
      return gw.desk.row([say('weekly-' + name), sum, before === null ? '–' : signed(now - before), year === null ? '–' : signed(now - year), fair]);
    });
    head.querySelectorAll('th').forEach((cell) => cell.setAttribute('scope', 'col'));
    const group = gw.dom.make('thead'), body = gw.dom.make('tbody');
    group.append(head);
    body.append(...rows);
    table.replaceChildren(group, body);
  }

  function standing() {
    const box = gw.dom.byId('standing'), parts = [];
    for (const name of ['population', 'cases-open', 'cases-overdue']) {
      const [now, then, above] = panels.standing[name];
      const line = gw.dom.make('p', '', say((above === null ? 'alone-' : 'standing-') + name, {change: signed(now - then), share: above ? share(now, above) : '–'}));
      parts.push(line);
    }
    box.replaceChildren(...parts);
  }

  function childValue(code, column) {
    const row = panels.children[code], rate = (at) => (row[at + 1] ? row[at] / row[at + 1] : -1);
    return {name: gw.map.areaName(code), population: row[0], newborns: row[1], net: row[2], open: row[3], overdue: row[4], community: rate(5), 'on-time': rate(7), satisfied: rate(9), 'on-shift': row[11]}[column];
  }

  function childText(code, column) {
    const row = panels.children[code];
    const rates = {community: 5, 'on-time': 7, satisfied: 9};
    if (column in rates) return share(row[rates[column]], row[rates[column] + 1]);
    if (column === 'net') return signed(row[2]);
    if (column === 'on-shift') return `${number(row[11])} / ${number(row[13])}`;
    return number(childValue(code, column));
  }

  /** @returns {string} where a click on a value of a child leads */
  function childLink(code, column) {
    return {open: '/cases?state=open&area=', overdue: '/cases?state=open&overdue=true&area=', newborns: '/reports?counter=births&day=yesterday&area=',
      community: '/cases?indicator=community-resolution-rate&area=', 'on-time': '/cases?indicator=on-time-closing-rate&area=',
      satisfied: '/reports?counter=scored&day=window&area=', 'on-shift': '/workers?area='}[column] + code;
  }

  function childCell(code, column, most) {
    const cell = gw.dom.make(column === 'name' ? 'th' : 'td', column === 'name' ? 'text' : '', null, column === 'name' ? {scope: 'row'} : {});
    const text = column === 'name' ? gw.map.areaName(code) : childText(code, column);
    const href = column === 'name' ? '/area/' + code : childLink(code, column);
    cell.append(href.startsWith('undefined') ? gw.dom.make('span', '', text) : gw.desk.link(text, href));
    if (column !== 'name') cell.dataset.value = String(childValue(code, column));
    if (column === 'open' || column === 'overdue') {
      const bar = gw.dom.make('i', 'bar-' + column, null, {'aria-hidden': 'true'});
      bar.style.width = (most ? childValue(code, column) / most * 100 : 0) + '%';
      cell.append(bar);
    }
    return cell;
  }

  function children() {
    const table = gw.dom.byId('children');
    if (!table) return;
    const codes = Object.keys(panels.children), way = sort.down ? -1 : 1;
    codes.sort(function (a, b) {
      const one = childValue(a, sort.column), other = childValue(b, sort.column);
      return way * (typeof one === 'string' ? one.localeCompare(other, gw.words.page.lang) : one - other) || a.localeCompare(b);
    });
    const focused = table.contains(document.activeElement) && document.activeElement.dataset.sort;
    const most = Math.max(1, ...codes.map((code) => childValue(code, 'open')));
    const head = gw.dom.make('tr');
    for (const column of CHILD_COLUMNS) {
      const cell = gw.dom.make('th', column === 'name' ? 'text' : '', null, {scope: 'col', 'aria-sort': column !== sort.column ? 'none' : sort.down ? 'descending' : 'ascending'});
      const mark = column !== sort.column ? '' : sort.down ? ' ▾' : ' ▴';
      cell.append(gw.dom.make('button', 'sort', say('child-' + column) + mark, {'data-sort': column, type: 'button'}));
      head.append(cell);
    }
    const group = gw.dom.make('thead'), body = gw.dom.make('tbody');
    group.append(head);
    for (const code of codes) {
      const line = gw.dom.make('tr', '', null, {'data-area': code});
      line.append(...CHILD_COLUMNS.map((column) => childCell(code, column, most)));
      body.append(line);
    }
    table.replaceChildren(group, body);
    if (focused) table.querySelector(`[data-sort="${focused}"]`).focus();
  }

  function onSort(event) {
    const button = event.target.closest('[data-sort]');
    if (!button) return;
    const column = button.dataset.sort;
    sort = {column, down: column === sort.column ? !sort.down : column !== 'name'};
    gw.desk.remember('sort', (sort.down ? '-' : '') + column);
    children();
  }

  function ledger() {
    const values = panels.ledger;
    for (const place of document.querySelectorAll('[data-ledger]')) {
      const name = place.dataset.ledger, sign = {births: '+', move_ins: '+', deaths: '−', move_outs: '−'}[name] || '';
      gw.dom.write(place, sign + number(values[name]));
      place.dataset.value = String(values[name]);
    }
    gw.dom.write(gw.dom.byId('ledger-month'), values.month);
    const check = gw.dom.byId('ledger-check');
    gw.dom.write(check, say(values.balances ? 'ledger-balances' : 'ledger-off'));
    check.dataset.balances = String(values.balances);
  }

  /** Counts of services; of those that were completed in the window, shares are said beside the count. */
  function services() {
    const counts = panels.services, wholes = {in_time: 'limited', off_hours: 'completed', satisfied: 'scored'};
    for (const place of document.querySelectorAll('[data-service]')) {
      const name = place.dataset.service, whole = name in wholes ? counts[wholes[name]] : null;
      gw.dom.write(place, whole === null ? number(counts[name]) : share(counts[name], whole));
      place.dataset.value = String(counts[name]);
      if (whole !== null) place.dataset.denominator = String(whole);
    }
    gw.dom.write(gw.dom.byId('services-median'), counts.median_h === null ? '–' : gw.words.length(counts.median_h * 3600000));
  }

  function homes() {
    const {dwellings, components, households} = panels.homes, box = gw.dom.byId('homes');
    const list = gw.dom.make('dl', 'facts');
    const fact = function (name, value) { list.append(gw.dom.make('dt', '', name), gw.dom.make('dd', '', value === null ? say('never-counted') : number(value))); };
    fact(say('households'), households);
    for (const kind in dwellings) if (dwellings[kind]) fact(say('home-' + kind), dwellings[kind]);
    for (const kind in components) fact(say('component-' + kind), components[kind]);
    box.replaceChildren(list);
    const male = panels.ages[0].reduce((sum, count) => sum + count, 0), female = panels.ages[1].reduce((sum, count) => sum + count, 0);
    gw.dom.write(gw.dom.byId('sex-ratio'), female ? gw.words.number(Math.round(1000 * male / female) / 10) : '–');
    gw.card.pyramid({m: panels.ages[0], f: panels.ages[1]});
  }

  function caseText(entry) {
    const [id, category, severity, , level, due] = entry, now = gw.clock.now();
    const time = gw.words.length(Math.abs(now - due));
    const named = gw.page.labels.category[category];
    return {id, category: named ? gw.words.named(named) : category, severity: say('severity-' + severity), level: say('level-name-' + level),
      left: (entry[6] ? '▲ ' : '') + say(entry[6] ? 'overdue-by' : 'due-in', {time})};
  }

  function openCases() {
    const table = gw.dom.byId('open-cases');
    if (!table) return;
    const head = gw.desk.row(['id', 'category', 'severity', 'level', 'left'].map((key) => say('head-' + key)), 'th');
    head.querySelectorAll('th').forEach((cell) => cell.setAttribute('scope', 'col'));
    const group = gw.dom.make('thead'), body = gw.dom.make('tbody');
    group.append(head);
    for (const entry of panels.open) {
      const text = caseText(entry);
      const line = gw.desk.row([gw.desk.link(text.id, '/cases/' + encodeURIComponent(text.id)), text.category, text.severity, text.level, text.left]);
      line.dataset.case = text.id;
      if (entry[6]) line.className = 'late';
      body.append(line);
    }
    table.replaceChildren(group, body);
    gw.dom.write(gw.dom.byId('open-note'), panels.open.length ? '' : say('no-cases'));
    gw.map.points(panels.open.filter((entry) => entry[7] !== null).map((entry) => ({type: 'Feature', geometry: {type: 'Point', coordinates: [entry[8], entry[7]]},
      properties: {text: caseText(entry).category + ' · ' + caseText(entry).left, href: '/cases/' + encodeURIComponent(entry[0]), overdue: entry[6]}})));
  }

  function worker() {
    const list = gw.dom.byId('worker'), grid = panels.grid;
    if (!list) return;
    const state = say(grid.silent ? 'card-silent' : grid.on_shift ? 'card-on-shift' : 'card-off-shift');
    const last = grid.last_report === null ? say('card-none') : say('ago', {time: gw.words.length(gw.clock.now() - grid.last_report)});
    const battery = grid.battery === null ? '–' : gw.words.percent(grid.battery) + '%';
    const facts = [['head-state', state], ['card-last', last], ['head-battery', battery]];
    list.replaceChildren(...facts.flatMap(([key, value]) => [gw.dom.make('dt', '', say(key)), gw.dom.make('dd', '', value)]));
  }

  /** Today's reports of a grid come from the log, so they are asked for, at most every five seconds. */
  async function today() {
    const box = gw.dom.byId('today');
    if (!box || performance.now() - todayAt < TODAY_EVERY_MS) return;
    todayAt = performance.now();
    try {
      const answer = await fetch(`/api/v1/areas/${page.area.code}/reports`);
      if (!answer.ok) return;
      const {reports} = await answer.json(), list = gw.dom.make('ul', 'ticker');
      for (const report of reports) {
        const line = gw.dom.make('li', 'report'), id = report.data.case;
        line.append(gw.dom.make('time', '', gw.words.time(Date.parse(report.time))), gw.dom.make('b', '', say(report.type)));
        if (id) line.append(gw.desk.link(id, '/cases/' + encodeURIComponent(id)));
        list.append(line);
      }
      box.replaceChildren(reports.length ? list : gw.dom.make('p', 'mute', say('no-reports-today')));
    } catch (error) { /* the server is away: the page says so, and asks again */ }
  }

  function showPanels(body) {
    panels = body;
    rates(); weeks(); standing(); children(); ledger(); services(); homes();
    if (body.open) openCases();
    if (body.grid) { worker(); today(); }
    gw.charts.rates(body.rate_days);
    gw.dom.write(gw.dom.byId('report-time'), gw.words.date(gw.clock.now()) + ' ' + gw.words.time(gw.clock.now()));
    document.body.dataset.panels = 'ready';
    gw.map.isDrawn.then(gw.charts.want);  // whichever of both comes last, also when nothing is reported afterwards
  }

  /** Goes down to the child that a grid lies in, or to the grid itself. */
  function down(index) {
    let code = gw.map.city.features[index].code, parent = gw.map.city.features[index].parent;
    while (parent && parent !== page.area.code && gw.map.city.areas[parent]) { code = parent; parent = gw.map.city.areas[code].parent; }
    location.assign('/area/' + (parent === page.area.code ? code : gw.map.city.features[index].code));
  }

  function start(data) {
    page = data;
    const asked = gw.desk.asked('sort');
    if (asked && CHILD_COLUMNS.includes(asked.replace(/^-/, ''))) sort = {column: asked.replace(/^-/, ''), down: asked.startsWith('-')};
    gw.desk.start();
    gw.heatmap.start();
    gw.map.start(page.map_url, down).then(function () { if (panels) showPanels(panels); });
    gw.desk.layers();
    const table = gw.dom.byId('children');
    if (table) table.addEventListener('click', onSort);
    let first = true;
    gw.live.watch('wall/' + page.area.code, function (body, delta) {
      gw.kpi.show(body, delta, first);
      gw.heatmap.show(body, delta);
      if (!delta || delta.days) gw.charts.days(body.days);
      first = false;
    });
    gw.live.watch('panels/' + page.area.code, showPanels);
  }

  gw.area = {start};
})(window.gridwall);
