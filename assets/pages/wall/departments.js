/** What lies with which department: as many as fit, those with most first, and how many of theirs are late. */
import { byId, make, write } from '../../core/dom.js';
import { page, say } from '../../core/words.js';
import * as words from '../../core/words.js';

const RANK_MS = 60000, LEAST = 2;
/** The lines by department, their order, when it was found, and the body that was shown last. */
let lines = new Map(), order = [], rankedAt = -Infinity, last = null;

function build(box, ids) {
  lines = new Map();
  box.replaceChildren();
  for (const id of ids) {
    const item = make('li'), link = make('a', 'department', null, { href: '/departments/' + encodeURIComponent(id) });
    const name = make('span', 'department-name', page.departments[id] ? words.named(page.departments[id]) : id);
    const bar = make('span', 'department-bar'), open = make('i'), late = make('i', 'department-late');
    const count = make('b', '', '0'), overdue = make('em', 'late', '');
    bar.append(open, late);
    link.append(name, bar, count, overdue);
    item.append(link);
    box.append(item);
    lines.set(id, { open, late, count, overdue });
  }
  const others = Object.keys(last.departments).length - ids.length;
  if (!others) return;
  const item = make('li');
  item.append(make('a', 'departments-others', say('departments-others', { count: others }), { href: '/departments' }));
  box.append(item);
}

/** @returns {number} how many lines there is room for */
function room(box) {
  const line = box.querySelector('li');
  const isTall = !line || getComputedStyle(box.closest('.column')).getPropertyValue('--fits').trim() !== '1';
  return isTall ? Infinity : Math.max(LEAST, Math.floor(box.clientHeight / line.offsetHeight));
}

function rank(departments, places) {
  const isStill = order.length && performance.now() - rankedAt < RANK_MS;
  if (isStill) return;
  const ids = Object.keys(departments).sort((a, b) => departments[b][0] - departments[a][0]);
  order = ids.length > places ? ids.slice(0, places - 1) : ids;
  rankedAt = performance.now();
}

function draw() {
  const box = byId('departments-list'), { departments } = last;
  if (!lines.size) build(box, Object.keys(departments).slice(0, 1)); // how high a line is can be seen only now
  rank(departments, room(box));
  if ([...lines.keys()].join('\u0001') !== order.join('\u0001')) build(box, order);
  const most = Math.max(1, ...order.map((id) => departments[id][0]));
  for (const [id, line] of lines) {
    const [open, overdue] = departments[id];
    line.open.style.width = ((open - overdue) / most * 100) + '%';
    line.late.style.width = (overdue / most * 100) + '%';
    write(line.count, words.number(open));
    write(line.overdue, overdue ? say('departments-late', { count: overdue }) : '');
  }
}

export function show(body, delta) {
  const box = byId('departments-list');
  if (!box || !body.departments || (delta && !delta.departments)) return;
  if (!last) {
    new ResizeObserver(function () {
      order = [];
      draw();
    }).observe(box);
  }
  last = body;
  draw();
}
