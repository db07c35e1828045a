/** The worklist: its filters live in the address, its rows come from the server, and it stays fresh while one looks. */
import { areaChoice } from '../../core/areachoice.js';
import { byId } from '../../core/dom.js';
import * as live from '../../core/live.js';
import { startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';
import { page } from '../../core/words.js';
import { urge } from '../../core/urge.js';
import { at } from '../../core/root.js';

window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
/** The id of a case, which leads to its page. */
window.dashAgGridComponentFunctions.CaseLink = function (props) {
  return props.value
    ? window.React.createElement('a', { href: at('/cases/' + encodeURIComponent(props.value)) }, props.value)
    : null;
};

const FRESH_EVERY_MS = 3000, TYPING_MS = 250;
/** The filters, as in the address; when rows were last asked for; the timer of a text that is being typed. */
let query = {}, freshAt = 0, typing = 0;

/** @returns {Object|null} the table, once it is there */
function table() {
  try {
    return dash_ag_grid.getApi('worklist');
  } catch {
    return null;
  }
}

/** Takes over a filter: into the address, into the links to files, and the rows are asked for anew. */
function change(name, value) {
  if ((query[name] || '') === value) return;
  query = { ...query, [name]: value };
  if (!value) delete query[name];
  delete query.cursor;
  const lang = new URLSearchParams(location.search).get('lang');
  const address = new URLSearchParams({ ...query, ...(lang ? { lang } : {}) });
  history.replaceState(history.state, '', at('/cases?' + address));
  for (const file of document.querySelectorAll('#worklist-exports a')) {
    file.href = file.pathname + '?' + new URLSearchParams({ ...query, lang: page.lang });
  }
  dash_clientside.set_props('worklist-query', { data: query });
  const api = table();
  if (!api) return;
  if (api.getDisplayedRowCount()) api.ensureIndexVisible(0, 'top');
  api.refreshInfiniteCache(); // the rows that are there stay until the new ones come, so the table is drawn once
}

/** Rows that are in sight are asked for again while reports come in; where one scrolled to stays. */
function refresh() {
  const now = performance.now(), api = table();
  if (!api || document.hidden || now - freshAt < FRESH_EVERY_MS) return;
  freshAt = now;
  api.refreshInfiniteCache();
}

/** Enter on a row opens its case. */
function onKey(event) {
  const row = event.target.closest && event.target.closest('.ag-row');
  const link = row &&
    document.querySelector(`.ag-row[row-index="${row.getAttribute('row-index')}"] a[href^="${at('/cases/')}"]`);
  if (event.key === 'Enter' && link) location.assign(link.href);
}

function start() {
  startPage();
  for (const [name, value] of new URLSearchParams(location.search)) { // repeated: as casefilter.py joins them
    query[name] = name === 'category' && query[name] ? query[name] + '\x1f' + value : value;
  }
  delete query.lang;
  for (const select of document.querySelectorAll('select[data-filter]')) {
    select.value = select.dataset.chosen;
    select.setAttribute('aria-label', select.previousElementSibling.textContent);
    select.addEventListener('change', function () {
      change(select.dataset.filter, select.value);
    });
  }
  areaChoice(document.querySelector('[data-filter="area"]'), (code) => change('area', code));
  const filters = byId('worklist-filters');
  filters.addEventListener('input', function (event) { // on the form: Dash may make the field anew
    if (event.target.id !== 'worklist-text') return;
    const value = event.target.value.trim();
    clearTimeout(typing);
    typing = setTimeout(function () {
      change('q', value);
    }, TYPING_MS);
  });
  filters.addEventListener('submit', function (event) {
    event.preventDefault();
  });
  const all = byId('worklist-urge');
  all.addEventListener('click', function () {
    urge(query, all).then(refresh);
  });
  document.addEventListener('keydown', onKey);
  live.watch('city', function (_body, delta) {
    if (!delta || (delta.kpi && ('cases-open' in delta.kpi || 'cases-overdue' in delta.kpi))) refresh();
  });
}

begin(start);
