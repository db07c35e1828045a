/** Words and formats: the message catalogue of the page, numbers, dates and lengths of time in its language. */
/** What the page tells its scripts (layouts/page.py), and its words; filled when it starts. */
export const page = { lang: 'zh-CN', kind: 'wall', words: {}, timezone: 'UTC', speed: 1 };
const formats = new Map();
/** What makes a text run from the right: marks, and letters of such scripts. */
const TURNING = /[\u061c\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/,
  ISOLATING = /[\u2066-\u2069]/g;

function format(key, make) {
  let found = formats.get(key);
  if (!found) {
    found = make();
    formats.set(key, found);
  }
  return found;
}

/** @returns {string} the text of a message; of several, the one for a count, by the rules of the language */
function form(message, count) {
  if (typeof message === 'string') return message;
  const name = count === undefined ? 'other' : format('c', () => new Intl.PluralRules(page.lang)).select(count);
  return message[name] === undefined ? message.other : message[name];
}

/** @returns {string} a name that turns nothing round but itself, as the server writes it (dashboard/words.py) */
function isolated(text) {
  return TURNING.test(text) ? '\u2068' + text.replace(ISOLATING, '') + '\u2069' : text;
}

/** @returns {string} the message, its {places} filled; `count` chooses its form, numbers are written as people do */
export function say(key, values) {
  if (page.words[key] === undefined) return key;
  const text = form(page.words[key], values && values.count);
  const written = (value) => (typeof value === 'number' ? number(value) : isolated(String(value)));
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? written(values[name]) : whole)) : text;
}

export function number(value) {
  return format('n', () => new Intl.NumberFormat(page.lang)).format(value);
}

/** @returns {string} a share as a percentage with one decimal, without the sign */
export function percent(rate) {
  return format('p', () => new Intl.NumberFormat(page.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }))
    .format(rate * 100);
}

export function time(ms) {
  return format(
    't',
    () =>
      new Intl.DateTimeFormat(page.lang, {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
        timeZone: page.timezone,
      }),
  ).format(ms);
}

export function minute(ms) {
  return format(
    'm',
    () =>
      new Intl.DateTimeFormat(page.lang, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZone: page.timezone,
      }),
  ).format(ms);
}

/** @returns {string} a date in words; with its year where that is not the one in which people look at it */
function dated(key, ms, parts) {
  const year = format('y', () => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: page.timezone })),
    isOther = year.format(ms) !== year.format(Date.now());
  return format(
    key + isOther,
    () =>
      new Intl.DateTimeFormat(page.lang, {
        ...parts,
        ...(isOther ? { year: 'numeric' } : {}),
        day: 'numeric',
        timeZone: page.timezone,
      }),
  ).format(ms);
}

/** @returns {string} the date of the title bar */
export function date(ms) {
  const style = page.kind === 'wall' ? 'long' : 'short';
  return dated('d', ms, { month: style, weekday: style });
}

/** @returns {string} a date in short, without the day of the week */
export function day(ms) {
  return dated('s', ms, { month: 'short' });
}

/** @returns {string} a length of time in its two largest units */
export function length(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60000));
  if (minutes < 60) return say('minutes', { n: minutes });
  if (minutes < 1440) return say('hours', { h: Math.floor(minutes / 60), m: minutes % 60 });
  return say('days', { d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60) });
}

/** @returns {string} the name of an area or label in the language of the page */
export function named(thing) {
  return isolated(page.lang === 'en' && thing.name_en ? thing.name_en : thing.name);
}
