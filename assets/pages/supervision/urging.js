/** Urging: the most overdue cases with a button each, all of a level or department at once, and who has not replied. */
import { fetched, keepAsking } from '../../core/ask.js';
import * as clock from '../../core/clock.js';
import { byId, make, write } from '../../core/dom.js';
import { keepFocus, linkTo } from '../../core/page.js';
import { urge } from '../../core/urge.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';

const EVERY_MS = 2000;
/** The counts by level and department, whether this browser may urge, and what asks for the lists anew. */
let counts = null, allowed = false, onUrged = null;
/** What each list shows, as text. */
const drawn = {};

// ------------------------------------------------------------------ all of a level, a department, or both

const form = () => byId('urge-form');

/** @returns {Object<string, any>} */
function chosen() {
  return Object.fromEntries(new FormData(form()));
}

/** @param {Object<string, any>} chosen of the form @returns {number} how many cases the table has for it */
function matching({ which, level, department }) {
  if (!counts) return 0;
  const columns = counts.departments.map((name) => !department || name === department);
  return counts[which].reduce(
    (sum, row, index) =>
      sum +
      (level && counts.levels[index] !== level
        ? 0
        : row.reduce((one, count, column) => one + (columns[column] ? count : 0), 0)),
    0,
  );
}

function offer() {
  const button = byId('urge-all'), count = matching(chosen());
  write(button, say('urge-these', { count }));
  button.dataset.value = String(count);
  button.disabled = !allowed || !count;
  button.title = allowed ? '' : say('act-elsewhere');
}

function submit(event) {
  event.preventDefault();
  const { which, level, department } = chosen();
  urge({ [which]: 'true', ...(level ? { level } : {}), ...(department ? { department } : {}) }, byId('urge-all')).then(
    onUrged,
  );
}

// ------------------------------------------------------------------ lists

/** @returns {string} how long ago or until when, in words */
function since(at, late, soon) {
  const left = Date.parse(at) - clock.now();
  return say(left < 0 ? late : soon, { time: words.length(Math.abs(left)) });
}

function reply(row) {
  return (row.reply_late ? '▲ ' : '') + since(row.reply_due, 'reply-late', 'reply-in');
}

function line(row, name) {
  const item = make('li', '', null, { 'data-case': row.id }),
    about = make('div'),
    first = make('p'),
    second = make('p', 'mute');
  const known = page.labels.category[row.category], department = page.departments.find(([id]) => id === row.department);
  first.append(
    linkTo(row.id, '/cases/' + encodeURIComponent(row.id)),
    ' ',
    make('span', '', known ? words.named(known) : row.category),
    ' ',
    make('b', 'urge-when'),
  );
  second.append(
    [
      row.place ? words.named(row.place) : row.area,
      say('level-name-' + row.level),
      department ? department[1] : row.department,
    ].join(' · '),
    ' ',
    make('span', 'urge-reply'),
  );
  about.append(first, second);
  item.append(about);
  if (name === 'overdue') item.append(button(row));
  writeTimes(item, row, name);
  return item;
}

/** Writes what changes by time alone. */
function writeTimes(item, row, name) {
  const over = item.querySelector('.urge-when'),
    answer = item.querySelector('.urge-reply'),
    first = name === 'waiting' ? reply(row) : '▲ ' + since(row.due_at, 'overdue-by', 'due-in');
  write(over, row.suspended && name === 'overdue' ? first + ' · ' + say('suspended') : first);
  over.classList.toggle('late', name === 'overdue' || row.reply_late);
  write(
    answer,
    name === 'waiting'
      ? say('urged-ago', { time: words.length(clock.now() - Date.parse(row.urged_at)) })
      : row.urged_at
      ? reply(row)
      : '',
  );
  answer.classList.toggle('late', name === 'overdue' && row.reply_late);
  item.dataset.late = String(row.reply_late);
}

function button(row) {
  const made = make('button', 'action', say(row.may_urge ? 'urge-one' : 'urged-just-now'), {
    type: 'button',
    'data-urge': row.id,
    'aria-label': say('urge-one') + ' ' + row.id,
  });
  made.disabled = !allowed || !row.may_urge;
  if (!allowed) made.title = say('act-elsewhere');
  made.addEventListener('click', function () {
    urge({ case: row.id }, made).then(onUrged);
  });
  return made;
}

/** Lists stay as they are while nothing but the time changes; who was at a link or a button by keyboard stays there. */
function list(id, rows, name) {
  const box = byId(id),
    key = JSON.stringify([
      page.lang,
      allowed,
      rows.map((row) => [row.id, row.level, row.urged_at, row.may_urge, row.suspended]),
    ]);
  if (drawn[name] === key) {
    rows.forEach((row, index) => writeTimes(box.children[index], row, name));
    return;
  }
  drawn[name] = key;
  keepFocus(box, function () {
    box.replaceChildren(...rows.map((row) => line(row, name)));
    if (rows.length) return;
    const none = make('li', 'calm');
    none.append(make('b', '', say('none-' + name)), ' ', say('none-' + name + '-note'));
    box.append(none);
  });
}

function note(id, text, query, count) {
  const place = byId(id), link = linkTo(text, '/cases?' + query);
  place.dataset.value = String(count);
  if (place.textContent !== text) place.replaceChildren(count ? link : text);
}

function show({ ok, body }) {
  if (!ok) return;
  list('most-overdue', body.overdue, 'overdue');
  list('waiting', body.waiting, 'waiting');
  note(
    'most-overdue-note',
    say('overdue-shown', { shown: body.overdue.length, total: body.overdue_total }),
    'state=open&overdue=true',
    body.overdue_total,
  );
  note(
    'waiting-note',
    say('waiting-count', { count: body.waiting_total, late: body.waiting_late }),
    'state=open&unanswered=true',
    body.waiting_total,
  );
}

/** Takes over the counts by level and department, and whether this browser may urge. */
export function know(body) {
  counts = body;
  allowed = body.allowed;
  offer();
}

/** @param {function(): void} askCounts asks for the counts anew, once something was urged */
export function start(askCounts) {
  const askLists = keepAsking({
    everyMs: EVERY_MS,
    get: (signal) => fetched('/api/v1/supervision/urges', signal),
    show,
    shownIn: [byId('most-overdue'), byId('waiting')],
  });
  onUrged = function () {
    askCounts();
    askLists();
  };
  form().addEventListener('submit', submit);
  form().addEventListener('change', offer);
}
