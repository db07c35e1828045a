/** The address: parts of the view that it keeps, so that they can be shared and loaded again; and its language. */
import { page } from './words.js';

/** @returns {string|null} a part of the view that the address asks for */
export function askedFor(name) {
  return new URLSearchParams(location.search).get(name);
}

/** Keeps a part of the view in the address, so that it can be shared and loaded again; null takes it out. */
export function remember(name, value) {
  const address = new URL(location.href);
  if (value === null) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  if (address.href !== location.href) history.replaceState(history.state, '', address);
}

/** Shows the same address in the other language. */
export function switchLanguage() {
  const address = new URL(location.href);
  address.searchParams.set('lang', page.lang === 'en' ? 'zh-CN' : 'en');
  location.assign(address);
}
