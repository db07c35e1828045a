/** A department's inbox: its open tasks, the first to be due first, each taken, done or declined with one click. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const EVERY_MS = 2000, SHOWN = 200;
  let page = null, askedAt = -EVERY_MS, allowed = false, declining = '';
  const say = (key, values) => gw.words.say(key, values);

  /** @returns {string} the community of a grid, and the grid's number */
  function place(code) {
    const community = Object.keys(page.areas).find((known) => code && code.startsWith(known));
    return community ? page.areas[community] + ' ' + code.slice(community.length) : code || '–';
  }

  function when(text) {
    return text ? gw.words.date(Date.parse(text)) + ' ' + gw.words.minute(Date.parse(text)) : '–';
  }

  function left(task) {
    if (!task.due_at) return '–';
    const time = gw.words.length(Math.abs(gw.clock.now() - Date.parse(task.due_at)));
    return (task.overdue ? '▲ ' : '') + say(task.overdue ? 'overdue-by' : 'due-in', {time});
  }

  function button(task, action) {
    const made = gw.dom.make('button', 'action', say('task-' + action), {type: 'button', 'data-task-action': action});
    made.disabled = !allowed;
    if (!allowed) made.title = say('act-elsewhere');
    made.addEventListener('click', function () {
      if (action !== 'decline') { act(task, action, ''); return; }
      declining = task.id;  // the list stands still meanwhile
      const form = declineForm(task);
      made.parentElement.replaceChildren(form);
      form.querySelector('input').focus();
    });
    return made;
  }

  function declineForm(task) {
    const form = gw.dom.make('form', 'action-form'), label = gw.dom.make('label');
    const field = gw.dom.make('input', 'field', null, {required: 'required', maxlength: '400', name: 'reason', autocomplete: 'off'});
    label.append(gw.dom.make('span', '', say('act-field-reason')), field);
    form.append(label, gw.dom.make('button', 'action primary', say('task-decline'), {type: 'submit'}));
    form.addEventListener('submit', function (event) { event.preventDefault(); declining = ''; act(task, 'decline', field.value); });
    form.addEventListener('keydown', function (event) { if (event.key === 'Escape') { declining = ''; load(true); } });
    return form;
  }

  function row(task) {
    const actions = gw.dom.make('div', 'action-buttons');
    actions.append(...(task.state === 'opened' ? ['take', 'done', 'decline'] : ['done', 'decline']).map((action) => button(task, action)));
    const area = task.area ? gw.desk.link(place(task.area), '/area/' + task.area) : '–';
    const line = gw.desk.row([task.id, area, say('task-state-' + task.state), when(task.opened_at), left(task), actions]);
    line.dataset.task = task.id;
    if (task.overdue) line.className = 'late';
    return line;
  }

  function draw(tasks, total) {
    const table = gw.dom.byId('tasks'), head = gw.dom.make('thead'), body = gw.dom.make('tbody');
    head.append(gw.desk.row(['id', 'area', 'state', 'opened', 'left', 'act'].map((key) => say('head-' + key)), 'th'));
    head.querySelectorAll('th').forEach((cell) => cell.setAttribute('scope', 'col'));
    body.append(...tasks.map(row));
    table.replaceChildren(head, body);
    gw.dom.write(gw.dom.byId('tasks-note'), tasks.length ? say('shown-of', {shown: gw.words.number(tasks.length), total: gw.words.number(total)}) : say('inbox-empty'));
  }

  async function load(now) {
    if (!now && (performance.now() - askedAt < EVERY_MS || declining)) return;
    askedAt = performance.now();
    try {
      const [lists, all] = await Promise.all([
        fetch(`/api/v1/tasks?department=${encodeURIComponent(page.department)}&state=open&limit=${SHOWN}`).then((answer) => answer.json()),
        fetch('/api/v1/departments').then((answer) => answer.json())]);
      allowed = all.allowed;
      const counts = all.departments[page.department];
      for (const place of document.querySelectorAll('[data-inbox]')) {
        gw.dom.write(place, gw.words.number(counts[place.dataset.inbox]));
        place.dataset.value = String(counts[place.dataset.inbox]);
      }
      draw(lists.tasks, lists.total);
    } catch (error) { /* the server is away: the page says so, and asks again */ }
  }

  async function act(task, action, reason) {
    const message = gw.dom.byId('task-message');
    message.className = 'action-message';
    try {
      const answer = await fetch(`/api/v1/tasks/${encodeURIComponent(task.id)}/actions`, {method: 'POST',
        headers: {'content-type': 'application/json'}, body: JSON.stringify({action, reason, version: task.version})});
      const told = await answer.json();
      message.textContent = answer.ok ? say('task-told', {task: task.id, action: say('task-' + action)})
        : answer.status === 409 ? say('act-overtaken') : say('act-refused', {reason: told.reason});
      if (!answer.ok) message.className += ' late';
    } catch (error) { message.textContent = say('act-failed'); message.className += ' late'; }
    setTimeout(function () { load(true); }, 250);
  }

  function start(data) {
    page = data;
    gw.desk.start();
    load(true);
    gw.live.watch('city', function () { load(false); });
  }

  gw.inbox = {start};
})(window.gridwall);
