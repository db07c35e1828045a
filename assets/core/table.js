/** Tables that scripts make: a line of headings, then rows. */
import { make } from './dom.js';

/** @returns {HTMLTableRowElement} a row of cells; texts or elements, numbers are set to the right */
export function tableRow(cells) {
  return rowOf(cells, 'td');
}

function rowOf(cells, tag) {
  const line = make('tr');
  for (const cell of cells) {
    const place = make(tag, typeof cell === 'object' ? '' : 'text');
    place.append(cell);
    line.append(place);
  }
  return line;
}

/**
 * Fills a table anew.
 *
 * @param {HTMLTableElement} table
 * @param {(string|Node)[]|HTMLTableRowElement} heads headings, or the row that they stand in
 * @param {Node[]} rows
 */
export function fillTable(table, heads, rows) {
  const head = make('thead'), body = make('tbody'), line = Array.isArray(heads) ? rowOf(heads, 'th') : heads;
  for (const heading of line.cells) heading.setAttribute('scope', 'col');
  head.append(line);
  body.append(...rows);
  table.replaceChildren(head, body);
}
