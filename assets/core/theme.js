/** The design tokens of theme.css, for what scripts draw themselves: maps, charts, patterns. */
const style = getComputedStyle(document.documentElement);
/** @type {Map<string, string>} each is read once: a computed style is worked out anew for every question */
const known = new Map();

/** @returns {string} the value of `--name` */
export function token(name) {
  let found = known.get(name);
  if (found === undefined) {
    found = style.getPropertyValue('--' + name).trim();
    known.set(name, found);
  }
  return found;
}
