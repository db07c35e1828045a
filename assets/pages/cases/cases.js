/** The worklist: its filters live in the address, its rows come from the server, and it stays fresh while one looks. */
import { areaChoice } from '../../core/areachoice.js';
import { keepAsking } from '../../core/ask.js';
import { byId } from '../../core/dom.js';
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

const EVERY_MS = 3000, ARCHIVE_EVERY_MS = 30000, TYPING_MS = 250;
/** The filters, as in the address; the timer of a text that is being typed; what asks for the rows now. */
let query = {}, typing = 0, refresh = null;

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
  if (api && api.getDisplayedRowCount()) api.ensureIndexVisible(0, 'top');
  refresh();
}

/**
 * Asks for the rows in sight, where one scrolled to stays; those that are there stay until the new ones come.
 *
 * The table asks by a callback of Dash (callbacks/cases.py), whose answer changes a mark at the total. A table that is
 * not there yet asks by itself once it is.
 */
function rows(signal) {
  const api = table();
  return new Promise(function (resolve, reject) {
    const watch = new MutationObserver(() => end(resolve));
    function end(how) {
      watch.disconnect();
      how(true);
    }
    watch.observe(byId('worklist-total').parentElement, { subtree: true, attributeFilter: ['data-answered'] });
    signal.addEventListener('abort', () => end(reject));
    if (api) api.refreshInfiniteCache();
  });
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
  // Cases come, change and become late at any time, whatever the city's numbers say.
  refresh = keepAsking({
    everyMs: () => (query.archived === 'true' ? ARCHIVE_EVERY_MS : EVERY_MS), // the archive is searched on disk
    get: rows,
    show() {},
    shownIn: [byId('worklist-total')],
  });
}

begin(start);
