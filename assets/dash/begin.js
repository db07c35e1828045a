/**
 * Hands Dash's renderer what the document has brought along (document.py): the page's layout and its callbacks.
 *
 * The renderer knows only how to ask the server for them. Its two questions are answered from the document,
 * once each; after that fetch() is the browser's own again.
 */
const root = document.querySelector('meta[name=gridwall-root]').getAttribute('content');
const brought = new Map([[root + '/_dash-layout', 'page-layout'], [root + '/_dash-dependencies', 'page-callbacks']]);
const ask = window.fetch;

window.fetch = function (/** @type {any} */ address, options) {
  const id = typeof address === 'string' ? brought.get(address) : undefined;
  if (!id) return ask.call(window, address, options);
  brought.delete(address);
  if (!brought.size) window.fetch = ask;
  const text = document.getElementById(id).textContent;
  return Promise.resolve(new Response(text, { headers: { 'content-type': 'application/json' } }));
};
