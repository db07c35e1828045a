/** The card of one grid: people, ages, open cases, worker and last report, live while it is open. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  let stop = null, opener = null, reported = null;

  function open(index) {
    const grid = gw.map.city.features[index];
    if (!grid) return;
    if (!stop) opener = document.activeElement;
    if (stop) stop();
    gw.map.select(index);
    const card = gw.dom.byId('grid-card');
    card.dataset.area = grid.code;
    gw.dom.write(gw.dom.byId('card-title'), gw.map.gridName(index));
    gw.dom.write(gw.dom.byId('card-code'), grid.code);
    card.hidden = false;
    gw.dom.byId('card-close').focus({preventScroll: true});
    stop = gw.live.watch('area/' + grid.code, show);
  }

  function close() {
    if (!stop) return;
    stop();
    stop = null;
    gw.map.select(-1);
    gw.dom.byId('grid-card').hidden = true;
    if (opener && opener.focus) opener.focus({preventScroll: true});
  }

  function fact(id, text, value) {
    const element = gw.dom.byId(id);
    gw.dom.write(element, text);
    if (value !== undefined) element.dataset.value = value === null ? '' : String(value);
  }

  /** Says again how long ago the last report came, which goes on without news. */
  function last(since) {
    const age = since === null ? null : gw.clock.now() - since;
    fact('card-last', age === null ? gw.words.say('card-none') : age < 60000 ? gw.words.say('just-now')
      : gw.words.say('ago', {time: gw.words.length(age)}));
  }

  function show(body) {
    const {people, cases, grid} = body, say = gw.words.say, number = gw.words.number;
    fact('card-population', number(people.population), people.population);
    fact('card-sex-ratio', grid.sex_ratio === null ? '–' : number(grid.sex_ratio), grid.sex_ratio);
    fact('card-open', number(cases.open), cases.open);
    fact('card-overdue', say('card-overdue', {count: number(cases.overdue)}), cases.overdue);
    gw.dom.byId('card-overdue').classList.toggle('late', cases.overdue > 0);
    const worker = grid.silent ? 'card-silent' : grid.on_shift ? 'card-on-shift' : 'card-off-shift';
    const battery = grid.battery === null ? '' : ' · ' + say('card-battery', {battery: Math.round(grid.battery * 100) + '%'});
    fact('card-worker', say(worker) + battery);
    reported = grid.last_report;
    last(reported);
    gw.dom.byId('card-link').href = '/area/' + body.area.code;
    fact('card-homes', say('card-homes', {dwellings: number(grid.dwellings), households: number(grid.households)}));
    pyramid(people.ages);
  }

  /** Draws the age pyramid: men to the left, women to the right, oldest on top. */
  function pyramid(ages) {
    const box = gw.dom.byId('card-ages'), most = Math.max(1, ...ages.m, ...ages.f), bands = ages.m.length;
    const key = JSON.stringify(ages);
    if (box.dataset.drawn === key) return;
    box.dataset.drawn = key;
    const picture = gw.dom.svg('svg', {viewBox: `0 0 240 ${bands * 9 + 4}`, role: 'img', 'aria-label': gw.words.say('card-ages')});
    for (let band = 0; band < bands; band++) {
      const y = (bands - 1 - band) * 9, left = ages.m[band] / most * 98, right = ages.f[band] / most * 98;
      picture.append(gw.dom.svg('rect', {x: 104 - left, y, width: left, height: 7.4, class: 'ages-m'}),
        gw.dom.svg('rect', {x: 136, y, width: right, height: 7.4, class: 'ages-f'}));
      if (band % 3 === 0) {
        const label = gw.dom.svg('text', {x: 120, y: y + 7.4, class: 'ages-label'});
        label.textContent = String(band * 5) + (band === bands - 1 ? '+' : '');
        picture.append(label);
      }
    }
    box.replaceChildren(picture);
  }

  gw.card = {open, close, pyramid, isOpen: () => stop !== null, start: function () {
    gw.dom.byId('card-close').addEventListener('click', close);
    setInterval(function () { if (stop && document.body.dataset.live === 'live') last(reported); }, 5000);
  }};
})(window.gridwall);
