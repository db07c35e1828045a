/** The heatmap of open cases: rows are categories or districts, columns are age buckets, cells carry their count. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const STEPS = [1, 3, 6, 12, 25, 50], LARGEST = 100;
  let by = 'category', built = '', rows = new Map(), last = null, scale = 1;

  /** @returns {number} colour step 0–6 of a count */
  function step(count) {
    let index = 0;
    while (index < STEPS.length && count >= (index ? STEPS[index] * scale : 1)) index++;
    return index;
  }

  /** @returns {number} 1, 2, 5, 10, 20 …: in a city with many cases the steps of colour are wider */
  function scaleOf(heat) {
    const most = Math.max(0, ...Object.values(heat).flatMap(([counts]) => counts));
    let found = 1;
    for (let times = 0; most > LARGEST * found; times++) found *= times % 3 === 1 ? 2.5 : 2;
    return found;
  }

  /** @returns {string} a count that fits its cell */
  function short(count) {
    return count < 1000 ? gw.words.number(count) : count < 10000 ? (Math.floor(count / 100) / 10) + 'k' : Math.floor(count / 1000) + 'k';
  }

  function label(key) {
    const known = gw.page.labels[by][key];
    return known ? gw.words.named(known) : key;
  }

  function build(heat) {
    const table = gw.dom.make('table', 'heat-table'), head = gw.dom.make('tr');
    head.append(gw.dom.make('th', '', ''));
    for (let bucket = 0; bucket < 6; bucket++) head.append(gw.dom.make('th', '', gw.words.say('b' + bucket), {scope: 'col'}));
    head.append(gw.dom.make('th', 'heat-total', gw.words.say('total'), {scope: 'col'}));
    const headGroup = gw.dom.make('thead'), bodyGroup = gw.dom.make('tbody');
    headGroup.append(head);
    table.append(headGroup, bodyGroup);
    rows = new Map();
    for (const key in heat) {
      const line = gw.dom.make('tr'), cells = [];
      line.append(gw.dom.make('th', 'heat-row', label(key), {scope: 'row', title: label(key)}));
      for (let bucket = 0; bucket < 6; bucket++) {
        const cell = gw.dom.make('td', 'heat-0', '', {'data-heat': key, 'data-bucket': String(bucket), 'data-value': '0', 'data-overdue': '0', tabindex: rows.size || bucket ? '-1' : '0'});
        const count = gw.dom.make('span', '', '·'), late = gw.dom.make('i', '', '');
        cell.append(count, late);
        line.append(cell);
        cells.push({cell, count, late});
      }
      const total = gw.dom.make('td', 'heat-total', '0');
      line.append(total);
      bodyGroup.append(line);
      rows.set(key, {cells, total});
    }
    gw.dom.byId('heat').replaceChildren(table);
  }

  function fill(key, counts, overdue) {
    const row = rows.get(key);
    let sum = 0;
    row.cells.forEach(function (place, bucket) {
      const count = counts[bucket], late = overdue[bucket];
      sum += count;
      if (place.cell.dataset.value === String(count) && place.cell.dataset.overdue === String(late) && row.scale === scale) return;
      place.cell.className = 'heat-' + step(count) + (count > 999 ? ' heat-long' : '');
      place.cell.dataset.value = String(count);
      place.cell.dataset.overdue = String(late);
      gw.dom.write(place.count, count ? short(count) : '·');
      place.late.style.width = (count ? late / count * 100 : 0) + '%';
      place.cell.title = late ? gw.words.say('cell-late', {count: gw.words.number(count), late: gw.words.number(late)}) : '';
    });
    row.scale = scale;
    gw.dom.write(row.total, gw.words.number(sum));
  }

  function show(body, delta) {
    last = body;
    if (!body.heat) return;
    const heat = body.heat[by], shape = by + Object.keys(heat).join();
    const wider = scaleOf(heat), all = shape !== built || !delta || wider !== scale;
    const changed = all ? heat : (delta.heat || {})[by];
    scale = wider;
    if (shape !== built) { build(heat); built = shape; }
    for (const key in changed || {}) fill(key, heat[key][0], heat[key][1]);
    if (!delta || (delta.kpi && 'cases-open' in delta.kpi)) {
      gw.dom.write(gw.dom.byId('heat-note'), gw.words.say('open-mark', {open: gw.words.number(body.kpi['cases-open'])}));
    }
  }

  function toggle() {
    by = by === 'category' ? 'district' : 'category';
    const button = gw.dom.byId('heat-switch');
    gw.dom.write(button, gw.words.say('heat-' + by));
    gw.desk.remember('heat', by === 'category' ? null : by);
    if (last) show(last, null);
  }

  /** Opens the cases that a cell counts. */
  function open(cell) {
    const within = gw.page.area ? '&area=' + gw.page.area.code : '';
    const row = by === 'category' ? within + '&category=' : '&area=';
    location.assign('/cases?state=open' + row + encodeURIComponent(cell.dataset.heat) + '&age=' + cell.dataset.bucket);
  }

  /** Arrows move between cells, Enter opens one. */
  function onKey(event) {
    const cell = event.target.closest('[data-heat]');
    const steps = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
    if (!cell || (!steps && event.key !== 'Enter')) return;
    event.preventDefault();
    event.stopPropagation();
    if (!steps) { open(cell); return; }
    const line = cell.parentElement.parentElement.children[cell.parentElement.rowIndex - 1 + steps[0]];
    const next = line && line.querySelector(`[data-bucket="${Number(cell.dataset.bucket) + steps[1]}"]`);
    if (next) next.focus();
  }

  function start() {
    const box = gw.dom.byId('heat');
    const button = gw.dom.byId('heat-switch');
    if (button) button.addEventListener('click', toggle);
    if (button && gw.desk.asked('heat') === 'district') toggle();
    box.addEventListener('keydown', onKey);
    box.addEventListener('click', function (event) {
      const cell = event.target.closest('[data-heat]');
      if (cell) open(cell);
    });
  }

  gw.heatmap = {start, show, toggle};
})(window.gridwall);
