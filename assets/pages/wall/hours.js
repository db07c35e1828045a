/** Today by the hour: two bars for each, what was reported and what was closed, and as many lines as say how high. */
import { byId, make } from '../../core/dom.js';
import { say } from '../../core/words.js';
import * as words from '../../core/words.js';

const HOURS = 24, LABELLED = 6;
/** What the highest bar may stand for: 1, 2, 5, 10, 20, 50 … */
const STEPS = [1, 2, 5];

/** The bars of each hour, and what is above them. */
let bars = null, top = null;

function ceiling(most) {
  for (let power = 1;; power *= 10) {
    const found = STEPS.find((step) => step * power >= most);
    if (found) return found * power;
  }
}

function build(box) {
  const plot = make('div', 'hours-plot'), axis = make('div', 'hours-axis');
  top = make('span', 'hours-top');
  bars = [];
  for (let hour = 0; hour < HOURS; hour++) {
    const place = make('div', 'hours-hour'), reported = make('i', 'hours-reported'), closed = make('i', 'hours-closed');
    place.append(reported, closed);
    plot.append(place);
    bars.push({ place, reported, closed });
  }
  for (let hour = 0; hour <= HOURS; hour += LABELLED) axis.append(make('span', '', String(hour)));
  box.replaceChildren(top, plot, axis);
}

export function show(body, delta) {
  const box = byId('hours');
  if (!box || !body.hours || (delta && !delta.hours)) return;
  if (!bars) build(box);
  const { reported, closed } = body.hours, high = ceiling(Math.max(1, ...reported, ...closed));
  top.textContent = words.number(high);
  bars.forEach(function (bar, hour) {
    bar.reported.style.height = (reported[hour] / high * 100) + '%';
    bar.closed.style.height = (closed[hour] / high * 100) + '%';
    bar.place.title = say('hours-of', { hour: String(hour), reported: reported[hour], closed: closed[hour] });
  });
  const sum = (counts) => counts.reduce((whole, count) => whole + count, 0);
  box.setAttribute('aria-label', say('hours-sum', { reported: sum(reported), closed: sum(closed) }));
}
