/** Acting on a case: what is possible is asked from the server, which also says why something is not. */
import * as again from '../../core/again.js';
import { fetched, keepAsking } from '../../core/ask.js';
import { byId, make } from '../../core/dom.js';
import * as live from '../../core/live.js';
import { keepFocus, startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';
import { page, say } from '../../core/words.js';
import * as map from '../../map/map.js';
import { places } from '../../map/names.js';
import * as tabs from '../../map/tabs.js';
import { at, go } from '../../core/root.js';

const EVERY_MS = 10000;
/** What the server says may be done, which of it somebody chose, what is drawn, and what asks for it now. */
let offered = null, chosen = '', drawn = '', refresh = null;

const address = () => `/api/v1/cases/${encodeURIComponent(page.case)}/actions`;

/** Takes over what may be done now; buttons and form stay while they are the same, and so does who is at them. */
function offer({ ok, body }) {
  const box = byId('actions'), active = document.activeElement;
  const now = JSON.stringify(ok ? [body.allowed, body.actions] : null);
  offered = ok ? body : null;
  if (now === drawn) return;
  drawn = now;
  keepFocus(box, draw);
  if (active && box.contains(active)) /** @type {HTMLElement} */ (active).focus({ preventScroll: true });
}

function draw() {
  const box = byId('actions');
  if (!offered) {
    box.replaceChildren(make('p', 'mute', say('act-none')));
    return;
  }
  if (!offered.allowed) {
    box.replaceChildren(make('p', 'mute', say('act-elsewhere')));
    return;
  }
  const buttons = make('div', 'action-buttons');
  for (const action of offered.actions) {
    const button = make('button', 'action', say('act-' + action.action), {
      type: 'button',
      'data-action': action.action,
    });
    button.disabled = !action.possible;
    if (!action.possible) button.title = say('act-impossible');
    button.addEventListener('click', function () {
      chosen = action.action;
      draw();
    });
    if (action.action === chosen) button.setAttribute('aria-pressed', 'true');
    buttons.append(button);
  }
  const current = offered.actions.find((action) => action.action === chosen && action.possible);
  const message = byId('action-message') || make('p', 'action-message', '', { id: 'action-message', role: 'status' });
  const form = byId('action-form');
  if (form && form.dataset.action === chosen && current) {
    box.replaceChildren(buttons, form, message);
    return;
  }
  box.replaceChildren(buttons, ...(current ? [makeForm(current)] : []), message);
  if (current) {
    const field = box.querySelector('input, select, textarea, form button');
    if (field) field.focus();
  }
}

function choice(name, options) {
  const select = make('select', 'select', null, { name, required: 'required' });
  for (const [value, label] of options) select.append(make('option', '', label, { value }));
  return select;
}

function fieldOf(name) {
  if (name === 'to') {
    return choice(name, [...page.departments, ...(page.area ? [[page.area.code, say('act-own-worker')]] : [])]);
  }
  if (name === 'to_level') {
    const above = document.querySelectorAll('.ladder .here ~ [data-level]');
    return choice(name, [...above].map((step) => [step.dataset.level, step.textContent]));
  }
  return make('input', 'field', null, {
    name,
    maxlength: '400',
    autocomplete: 'off',
    ...(name === 'note' && chosen !== 'return' ? {} : { required: 'required' }),
  });
}

function makeForm(action) {
  const form = make('form', 'action-form', null, { id: 'action-form', 'data-action': action.action });
  const names = [
    ...action.needs,
    ...(action.needs.includes('note') || action.needs.includes('reason') ? [] : ['note']),
  ];
  for (const name of names) {
    const label = make('label');
    label.append(make('span', '', say('act-field-' + name)), fieldOf(name));
    form.append(label);
  }
  const send = make('button', 'action primary', say('act-send', { action: say('act-' + action.action) }), {
    type: 'submit',
  });
  form.append(send);
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    act(form, send);
  });
  return form;
}

function tell(text, isBad) {
  const message = byId('action-message');
  message.textContent = text;
  message.className = 'action-message' + (isBad ? ' late' : '');
}

async function act(form, button) {
  const given = {
    ...Object.fromEntries(new FormData(form)),
    action: chosen,
    version: offered.version,
    by: say('act-by'),
  };
  button.disabled = true;
  tell(say('act-sending'));
  try {
    const answer = await fetch(at(address()), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(given),
    });
    const told = await answer.json();
    if (answer.ok) {
      form.remove();
      const done = chosen;
      chosen = '';
      draw();
      tell(say('act-done', { action: say('act-' + done) }));
      return;
    }
    tell(answer.status === 409 ? say('act-' + told.error) : say('act-refused', { reason: told.reason }), true);
    if (answer.status === 409) refresh();
  } catch {
    tell(say('act-failed'), true);
  }
  button.disabled = false;
}

/** Puts the case on the map, if it has a place. */
function mark(overdue) {
  const [lat, lon] = page.place;
  if (lat === null) return;
  map.points([{
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { text: page.case, href: '#', overdue },
  }]);
}

/** The page of a case: its body is written again by the server when the case changes, and while time passes. */
function start() {
  let version = null, overdue = null;
  startPage();
  if (page.area) {
    map.start(page.map_url, {
      open: (index) => go('/area/' + encodeURIComponent(places.features[index].code)),
    }).then(
      () => mark(page.place[2]),
    );
    tabs.start();
  }
  const writeAgain = again.start();
  refresh = keepAsking({
    everyMs: EVERY_MS,
    get: (signal) => fetched(address(), signal),
    show: offer,
    shownIn: [byId('actions')],
  });
  live.watch('case/' + page.case, function (body) {
    if (!body.case) return;
    const changed = version !== null && (version !== body.version || overdue !== body.case.overdue);
    version = body.version;
    overdue = body.case.overdue;
    document.body.dataset.case = body.version;
    if (changed) {
      if (page.area) mark(overdue);
      writeAgain();
      refresh();
    }
  });
}

begin(start);
