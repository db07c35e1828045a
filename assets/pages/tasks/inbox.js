/** A department's inbox: its tasks, what each is for and why, taken, done or declined with one click. */
import { askedFor, remember } from '../../core/address.js';
import { fetched, keepAsking } from '../../core/ask.js';
import * as clock from '../../core/clock.js';
import { byId, make, write } from '../../core/dom.js';
import { keepFocus, linkTo, startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';
import { fillTable, tableRow } from '../../core/table.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';
import { at } from '../../core/root.js';

const EVERY_MS = 2000, SOON_MS = 250, AT_ONCE = 50;
const HEADS = ['todo', 'why', 'area', 'state', 'due', 'act'],
  ACTIONS = { opened: ['take', 'done', 'decline'], taken: ['done', 'decline'] };
/** Whether this browser may act, the task that is being declined (the list stands still then), what is drawn. */
let allowed = false, declining = '', drawn = '';
/** Asks for the list and its counts now. */
let ask = null;
const view = { state: 'open', overdue: '', week: '', page: 1 };
const departmentName = (id) => page.departments[id] || id;

function when(text) {
  return text ? words.day(Date.parse(text)) + ' ' + words.minute(Date.parse(text)) : '–';
}

// ------------------------------------------------------------------ one task

/** @returns {HTMLElement} a cell with a first line and others below it, smaller; what is empty is left out */
function lines(first, ...more) {
  const box = make('div');
  box.append(first);
  for (const part of more) {
    if (part) {
      const line = make('small');
      line.append(part);
      box.append(line);
    }
  }
  return box;
}

function what(task) {
  return lines(
    make('b', '', task.duty ? words.named(task.duty) : say('task-no-rule', { id: task.id })),
    task.duty ? task.id : null,
  );
}

function why(task) {
  const text = task.cause_type ? say(task.cause_type) : '–',
    first = make('span', '', task.case ? say('task-cause-case', { type: text }) : text);
  if (task.case) first.append(linkTo(task.case, '/cases/' + encodeURIComponent(task.case)));
  const said = task.reason && task.declined_by && task.reason.startsWith(task.declined_by + ': ')
    ? task.reason.slice(task.declined_by.length + 2)
    : task.reason;
  const from = task.declined_by ? say('task-from', { name: departmentName(task.declined_by) }) : '';
  return lines(first, task.state === 'declined' ? from : [from, said].filter(Boolean).join(' · '));
}

function state(task) {
  const went = task.state === 'declined'
    ? [task.reason, task.goes_to ? say('task-went-to', { name: departmentName(task.goes_to) }) : ''].filter(Boolean)
      .join(' · ')
    : '';
  return lines(
    say('task-state-' + task.state),
    task.state === 'opened' ? when(task.opened_at) : when(task.state_at),
    went,
  );
}

function left(task) {
  if (!task.due_at || !ACTIONS[task.state]) return '';
  const ms = Date.parse(task.due_at) - clock.now(), time = words.length(Math.abs(ms));
  return (ms < 0 ? '▲ ' : '') + say(ms < 0 ? 'overdue-by' : 'due-in', { time });
}

function due(task) {
  const open = left(task);
  return lines(make('span', 'task-left', open || when(task.due_at)), open ? when(task.due_at) : null);
}

function button(task, action) {
  const made = make('button', 'action', say('task-' + action), {
    type: 'button',
    'data-task-action': action,
    'data-act': action + ' ' + task.id,
  });
  made.disabled = !allowed;
  if (!allowed) made.title = say('act-elsewhere');
  made.addEventListener('click', function () {
    if (action === 'decline') decline(task, made.parentElement);
    else act(task, action, '');
  });
  return made;
}

function buttons(task) {
  const made = make('div', 'action-buttons');
  made.append(...(ACTIONS[task.state] || []).map((action) => button(task, action)));
  return made;
}

/** Asks why a task is not ours, and says who gets it then; the list stands still meanwhile. */
function decline(task, place) {
  const form = make('form', 'action-form'),
    label = make('label'),
    cancel = make('button', 'action', say('task-cancel'), { type: 'button' });
  const field = make('input', 'field', null, {
    required: 'required',
    maxlength: '400',
    name: 'reason',
    autocomplete: 'off',
  });
  declining = task.id;
  label.append(make('span', '', say('act-field-reason')), field);
  form.append(
    label,
    make('button', 'action primary', say('task-decline'), { type: 'submit' }),
    cancel,
    make(
      'p',
      'goes-to',
      '→ ' + (task.goes_to ? say('task-goes-to', { name: departmentName(task.goes_to) }) : say('task-goes-nowhere')),
      { 'data-goes-to': task.goes_to || '' },
    ),
  );
  function stop() {
    declining = '';
    place.replaceChildren(...buttons(task).childNodes);
    place.querySelector('[data-task-action="decline"]').focus();
    ask();
  }
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    declining = '';
    act(task, 'decline', field.value);
  });
  form.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') stop();
  });
  cancel.addEventListener('click', stop);
  place.replaceChildren(form);
  field.focus();
}

function taskRow(task) {
  const area = task.area
    ? linkTo(task.place ? words.named(task.place) : task.area, '/area/' + encodeURIComponent(task.area))
    : '–';
  const line = tableRow([what(task), why(task), area, state(task), due(task), buttons(task)]);
  HEADS.forEach(function (name, index) {
    line.cells[index].dataset.head = say('head-' + name);
  });
  line.dataset.task = task.id;
  line.classList.toggle('late', task.overdue);
  return line;
}

// ------------------------------------------------------------------ the list

/** Draws the list anew when it has changed; otherwise only the time that is left is written. */
function draw(tasks, total) {
  const table = byId('tasks'),
    key = JSON.stringify([allowed, tasks.map((task) => [task.version, task.id, task.overdue])]);
  if (key === drawn) {
    tasks.forEach((task, index) => {
      const place = table.tBodies[0].rows[index].querySelector('.task-left');
      if (left(task)) write(place, left(task));
    });
  } else {
    drawn = key;
    keepFocus(table, () => fillTable(table, HEADS.map((name) => say('head-' + name)), tasks.map(taskRow)));
  }
  table.hidden = !tasks.length;
  byId('tasks-none').hidden = tasks.length > 0;
  const note = byId('tasks-note'), from = (view.page - 1) * AT_ONCE;
  write(note, say('tasks-count', { count: total }));
  note.dataset.value = String(total);
  write(byId('tasks-shown'), total ? say('tasks-shown', { from: from + 1, to: from + tasks.length, total }) : '');
  byId('tasks-before').disabled = view.page === 1;
  byId('tasks-after').disabled = from + tasks.length >= total;
}

function query() {
  const asked = { department: page.department, limit: String(AT_ONCE), offset: String((view.page - 1) * AT_ONCE) };
  if (view.state !== 'all') asked.state = view.state;
  for (const name of ['overdue', 'week']) if (view[name]) asked[name] = view[name];
  return new URLSearchParams(asked);
}

/** @returns {URLSearchParams} the same for the whole list as a file */
function whole() {
  const asked = query();
  asked.delete('limit');
  asked.delete('offset');
  asked.set('lang', page.lang);
  return asked;
}

/** @returns {Promise<Object[]>} the list and the counts of the inbox */
function load(signal) {
  return Promise.all([
    fetched('/api/v1/tasks?' + query(), signal),
    fetched('/api/v1/departments/' + encodeURIComponent(page.department), signal),
  ]);
}

function show([list, counts]) {
  if (declining || !list.ok || !counts.ok) return;
  const { tasks, total } = list.body, last = Math.max(1, Math.ceil(total / AT_ONCE));
  if (view.page > last) {
    change({ page: last });
    return;
  }
  allowed = counts.body.allowed;
  for (const place of document.querySelectorAll('[data-inbox]')) {
    write(place, words.number(counts.body[place.dataset.inbox]));
    place.dataset.value = String(counts.body[place.dataset.inbox]);
  }
  draw(tasks, total);
  for (const file of document.querySelectorAll('[data-export]')) {
    file.href = at(`/api/v1/tasks.${file.dataset.export}?` + whole());
  }
  document.body.dataset.tasks = 'ready';
}

async function act(task, action, reason) {
  const message = byId('task-message');
  message.className = 'action-message';
  message.textContent = say('act-sending');
  try {
    const answer = await fetch(at(`/api/v1/tasks/${encodeURIComponent(task.id)}/actions`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action, reason, version: task.version }),
    });
    const told = await answer.json();
    message.textContent = answer.ok
      ? say('task-told', { task: task.duty ? words.named(task.duty) : task.id, action: say('task-' + action) })
      : answer.status === 409
      ? say('act-overtaken')
      : say('act-refused', { reason: told.reason });
    if (!answer.ok) message.className += ' late';
  } catch {
    message.textContent = say('act-failed');
    message.className += ' late';
  }
  drawn = '';
  setTimeout(ask, SOON_MS); // the report has to come back from the log
}

// ------------------------------------------------------------------ what is asked for

function change(part) {
  Object.assign(view, { page: 1 }, part);
  remember('state', view.state === 'open' ? null : view.state);
  for (const name of ['overdue', 'week']) remember(name, view[name] || null);
  remember('page', view.page === 1 ? null : String(view.page));
  document.body.dataset.tasks = 'loading';
  if (ask) ask();
}

function start() {
  startPage();
  const form = byId('task-filters'), asked = Number(askedFor('page'));
  const known = (
    select,
    value,
  ) => ([...select.options].some((option) => option.value === value) ? value : select.options[0].value);
  form.state.value = known(form.state, askedFor('state'));
  for (const name of ['overdue', 'week']) form[name].value = known(form[name], askedFor(name));
  const filters = () => Object.fromEntries(new FormData(form));
  form.addEventListener('change', function () {
    change(filters());
  });
  form.addEventListener('submit', function (event) {
    event.preventDefault();
  });
  byId('tasks-before').addEventListener('click', function () {
    change({ page: view.page - 1 });
  });
  byId('tasks-after').addEventListener('click', function () {
    change({ page: view.page + 1 });
  });
  change({ ...filters(), page: Number.isInteger(asked) && asked > 0 ? asked : 1 });
  // Tasks become overdue while no report comes in, too.
  ask = keepAsking({
    everyMs: EVERY_MS,
    get: load,
    show,
    shownIn: [byId('tasks'), document.querySelector('[data-inbox]')],
  });
}

begin(start);
