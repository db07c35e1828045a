/** The path of a proxy under which the server stands (GRIDWALL_ROOT_PATH); scripts write addresses without it. */

const meta = document.querySelector('meta[name=gridwall-root]');
/** What stands before each address of the server: nothing, or such as `/gridwall`. */
export const root = (meta && meta.getAttribute('content')) || '';

/** @returns {string} an address as a browser has to ask for it; one that is not of this server as it is */
export function at(address) {
  return address.startsWith('/') && !address.startsWith('//') ? root + address : address;
}

/** Goes to an address of this server. */
export function go(address) {
  location.assign(at(address));
}

/** @returns {string} the path of this page as the server knows it */
export function here() {
  const path = location.pathname;
  return root && (path + '/').startsWith(root + '/') ? path.slice(root.length) || '/' : path;
}
