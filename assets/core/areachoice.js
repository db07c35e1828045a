/** The choice of an area by typing: parts of its name or its code, among all areas of the city (GET /api/v1/areas). */
import { fetched } from './ask.js';
import { make } from './dom.js';
import { named } from './words.js';

const TYPING_MS = 150, MOST = 20;

/**
 * Makes the field in its place (layouts/page.py, area_choice).
 *
 * @param {HTMLElement} box the place; `data-chosen` is the code of the area that is chosen, "" the whole city
 * @param {function(string): void} choose gets the code of another one
 */
export function areaChoice(box, choose) {
  const list = make('datalist', '', null, { id: 'area-options' });
  const field = make('input', 'field', null, {
    type: 'search',
    list: 'area-options',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: box.dataset.all,
    'aria-label': box.dataset.label,
  });
  field.value = box.dataset.name;
  /** What the list offers: codes by what stands in the field when one is taken. */
  let offered = new Map(), timer = 0, asked = 0;

  async function ask() {
    const own = ++asked, query = new URLSearchParams({ q: field.value.trim(), limit: String(MOST) });
    const answer = await fetched('/api/v1/areas?' + query).catch(() => null);
    if (own !== asked || !answer || !answer.ok) return false;
    offered = new Map();
    for (const area of answer.body.areas) {
      const name = named(area);
      offered.set(offered.has(name) ? name + ' · ' + area.code : name, area);
    }
    list.replaceChildren(...[...offered].map(([name, area]) => make('option', '', area.code, { value: name })));
    return true;
  }

  function take(name) {
    const area = offered.get(name), code = area && area.level !== 'city' ? area.code : '';
    clearTimeout(timer);
    asked++;
    box.dataset.name = field.value = code ? name : '';
    if (box.dataset.chosen === code) return;
    box.dataset.chosen = code;
    choose(code);
  }

  /** Whoever leaves the field, or presses Enter, means the first that is found; nothing means what was chosen. */
  async function settle() {
    if (field.value === box.dataset.name) return;
    if (!field.value.trim()) return take('');
    if (!offered.has(field.value) && !(await ask())) return;
    const [first] = offered.has(field.value) ? [field.value] : offered.keys();
    if (first === undefined) field.value = box.dataset.name;
    else take(first);
  }

  field.addEventListener('focus', function () {
    ask();
  });
  field.addEventListener('input', function () {
    clearTimeout(timer);
    if (offered.has(field.value)) take(field.value);
    else timer = setTimeout(ask, TYPING_MS);
  });
  field.addEventListener('change', settle);
  box.replaceChildren(field, list);
}
