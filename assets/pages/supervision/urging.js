/** Urging: the most overdue cases with a button each, all of a level or department at once, and who has not replied. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  let counts = null, allowed = false, departments = [], onUrged = function () { /* nobody has asked to be told */ };
  const drawn = {};
  const say = (key, values) => gw.words.say(key, values);

  function told(text, isBad) {
    const message = gw.dom.byId('urge-message');
    message.textContent = text;
    message.className = 'action-message' + (isBad ? ' late' : '');
  }

  /** Urges what is asked for (`case`, or a filter of cases), and says what came of it where the page has a place for that. */
  async function urge(asked, button) {
    button.disabled = true;
    told(say('act-sending'));
    try {
      const answer = await fetch('/api/v1/supervision/urge', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({...asked, note: say('act-by')})});
      const body = await answer.json();
      if (answer.ok) told(say('urged', {urged: gw.words.number(body.urged), skipped: gw.words.number(body.skipped)}));
      else told(say('act-refused', {reason: body.reason}), true);
    } catch (error) { told(say('act-failed'), true); }
    button.disabled = false;
    onUrged();
  }

  // ------------------------------------------------------------------ all of a level, a department, or both

  const form = () => gw.dom.byId('urge-form');

  function chosen() {
    return Object.fromEntries(new FormData(form()));
  }

  /** @returns {number} how many cases the table has for what is chosen */
  function matching({which, level, department}) {
    if (!counts) return 0;
    const columns = counts.departments.map((name) => !department || name === department);
    return counts[which].reduce((sum, row, at) => sum + (level && counts.levels[at] !== level ? 0 : row.reduce((one, count, column) => one + (columns[column] ? count : 0), 0)), 0);
  }

  function offer() {
    const button = gw.dom.byId('urge-all'), count = matching(chosen());
    gw.dom.write(button, say('urge-these', {count: gw.words.number(count)}));
    button.dataset.value = String(count);
    button.disabled = !allowed || !count;
    button.title = allowed ? '' : say('act-elsewhere');
  }

  function submit(event) {
    event.preventDefault();
    const {which, level, department} = chosen();
    urge({[which]: 'true', ...(level ? {level} : {}), ...(department ? {department} : {})}, gw.dom.byId('urge-all'));
  }

  // ------------------------------------------------------------------ lists

  /** @returns {string} how long ago or until when, in words */
  function since(at, late, soon) {
    const left = Date.parse(at) - gw.clock.now();
    return say(left < 0 ? late : soon, {time: gw.words.length(Math.abs(left))});
  }

  function reply(row) {
    return (row.reply_late ? '▲ ' : '') + since(row.reply_due, 'reply-late', 'reply-in');
  }

  function line(row, name) {
    const item = gw.dom.make('li', '', null, {'data-case': row.id}), about = gw.dom.make('div'), first = gw.dom.make('p'), second = gw.dom.make('p', 'mute');
    const known = gw.page.labels.category[row.category], department = departments.find(([id]) => id === row.department);
    first.append(gw.desk.link(row.id, '/cases/' + encodeURIComponent(row.id)), ' ', gw.dom.make('span', '', known ? gw.words.named(known) : row.category), ' ', gw.dom.make('b', 'urge-when'));
    second.append([row.place ? gw.words.named(row.place) : row.area, say('level-name-' + row.level), department ? department[1] : row.department].join(' · '), ' ', gw.dom.make('span', 'urge-reply'));
    about.append(first, second);
    item.append(about);
    if (name === 'overdue') item.append(button(row));
    write(item, row, name);
    return item;
  }

  /** Writes what changes by time alone. */
  function write(item, row, name) {
    const over = item.querySelector('.urge-when'), answer = item.querySelector('.urge-reply'), first = name === 'waiting' ? reply(row) : '▲ ' + since(row.due_at, 'overdue-by', 'due-in');
    gw.dom.write(over, row.suspended && name === 'overdue' ? first + ' · ' + say('suspended') : first);
    over.classList.toggle('late', name === 'overdue' || row.reply_late);
    gw.dom.write(answer, name === 'waiting' ? say('urged-ago', {time: gw.words.length(gw.clock.now() - Date.parse(row.urged_at))}) : row.urged_at ? reply(row) : '');
    answer.classList.toggle('late', name === 'overdue' && row.reply_late);
    item.dataset.late = String(row.reply_late);
  }

  function button(row) {
    const made = gw.dom.make('button', 'action', say(row.may_urge ? 'urge-one' : 'urged-just-now'), {type: 'button', 'data-urge': row.id, 'aria-label': say('urge-one') + ' ' + row.id});
    made.disabled = !allowed || !row.may_urge;
    if (!allowed) made.title = say('act-elsewhere');
    made.addEventListener('click', function () { urge({case: row.id}, made); });
    return made;
  }

  /** Lists stay as they are while nothing but the time changes; who was at a link or a button by keyboard stays there. */
  function list(id, rows, name) {
    const box = gw.dom.byId(id), key = JSON.stringify([gw.words.page.lang, allowed, rows.map((row) => [row.id, row.level, row.urged_at, row.may_urge, row.suspended])]);
    if (drawn[name] === key) { rows.forEach((row, at) => write(box.children[at], row, name)); return; }
    drawn[name] = key;
    gw.desk.keepFocus(box, function () {
      box.replaceChildren(...rows.map((row) => line(row, name)));
      if (rows.length) return;
      const none = gw.dom.make('li', 'calm');
      none.append(gw.dom.make('b', '', say('none-' + name)), ' ', say('none-' + name + '-note'));
      box.append(none);
    });
  }

  function note(id, text, query, count) {
    const place = gw.dom.byId(id), link = gw.desk.link(text, '/cases?' + query);
    place.dataset.value = String(count);
    if (place.textContent !== text) place.replaceChildren(count ? link : text);
  }

  async function load() {
    const answer = await fetch('/api/v1/supervision/urges');
    if (!answer.ok) return;
    const body = await answer.json();
    list('most-overdue', body.overdue, 'overdue');
    list('waiting', body.waiting, 'waiting');
    note('most-overdue-note', say('overdue-shown', {shown: gw.words.number(body.overdue.length), total: gw.words.number(body.overdue_total)}), 'state=open&overdue=true', body.overdue_total);
    note('waiting-note', say('waiting-count', {count: gw.words.number(body.waiting_total), late: gw.words.number(body.waiting_late)}), 'state=open&unanswered=true', body.waiting_total);
  }

  /** Takes over the counts by level and department, and whether this browser may urge. */
  function know(body) {
    counts = body;
    allowed = body.allowed;
    offer();
  }

  function start(page, after) {
    departments = page.departments;
    onUrged = after;
    form().addEventListener('submit', submit);
    form().addEventListener('change', offer);
  }

  gw.urging = {start, load, know, urge};
})(window.gridwall);
