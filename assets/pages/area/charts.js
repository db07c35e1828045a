/** Trends of 30 days as Plotly charts: figures are handed to dcc.Graph, which updates what is there. */
import * as clock from '../../core/clock.js';
import { byId, make } from '../../core/dom.js';
import { token } from '../../core/theme.js';
import { page, say } from '../../core/words.js';

const EVERY_MS = 2000, AWAIT_MS = 150, QUIET_MS = 2500, DAY_MS = 86400000;
const COLOURS = ['accent', 'chart-yellow', 'violet', 'good'], DASHES = ['solid', 'dash', 'dot', 'dashdot'];
/** @type {Map<string, {key: string, at: number, timer: number}>} what each chart shows and since when */
const shown = new Map();

function labels(count) {
  const format = new Intl.DateTimeFormat(page.lang, { month: 'numeric', day: 'numeric', timeZone: page.timezone });
  return Array.from({ length: count }, (_, index) => format.format(clock.now() - (count - 1 - index) * DAY_MS));
}

function layout(percent) {
  const axis = {
    gridcolor: token('line'),
    zerolinecolor: token('frame'),
    tickfont: { size: parseFloat(token('fixed-13')) },
    fixedrange: true,
  };
  return {
    paper_bgcolor: token('clear'),
    plot_bgcolor: token('clear'),
    font: { color: token('chart-text'), size: parseFloat(token('fixed-14')) },
    margin: { l: 48, r: 12, t: 8, b: 34 },
    legend: { orientation: 'h', y: 1.16, x: 0 },
    hovermode: 'x unified',
    hoverlabel: { bgcolor: token('raised'), bordercolor: token('frame') },
    xaxis: { ...axis, type: 'category', nticks: 8, showgrid: false },
    yaxis: { ...axis, rangemode: 'tozero', ...(percent ? { ticksuffix: '%', range: [0, 103] } : {}) },
  };
}

/** Lines differ by colour, dash and marker, so that nobody needs the colours. */
function line(name, values, index) {
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: say(name),
    x: labels(values.length),
    y: values,
    connectgaps: false,
    line: { color: token(COLOURS[index]), dash: DASHES[index], width: 2 },
    marker: { symbol: ['circle', 'square', 'diamond', 'x'][index], size: 5, color: token(COLOURS[index]) },
  };
}

/** Draws a chart now, or when its last drawing is old enough; nothing when nothing changed. */
function draw(id, lines, percent) {
  const known = shown.get(id) || { key: '', at: -EVERY_MS, timer: 0 }, key = JSON.stringify(lines);
  if (key === known.key) return;
  clearTimeout(known.timer);
  const wait = known.at + EVERY_MS - performance.now();
  shown.set(id, known);
  if (!byId(id)) {
    known.timer = setTimeout(function () {
      draw(id, lines, percent);
    }, AWAIT_MS);
    return;
  }
  if (wait > 0) {
    known.timer = setTimeout(function () {
      draw(id, lines, percent);
    }, wait);
    return;
  }
  known.key = key;
  known.at = performance.now();
  dash_clientside.set_props(id, {
    figure: { data: lines.map(([name, values], index) => line(name, values, index)), layout: layout(percent) },
  });
}

/** Whether the package that draws charts is asked for. */
let asked = false;

/** Loads the package that draws charts; no page waits for it. */
function load() {
  const addresses = document.querySelector('meta[name=gridwall-charts]').content.split(' ');
  return Promise.all(addresses.map((src) =>
    new Promise(function (resolve, reject) {
      const script = make('script', '', null, { src });
      script.async = false; // in the order in which they are listed
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    })
  ));
}

/** Asks for the charts once they come into sight, or when the page has been quiet for a while (for paper). */
export function want() {
  if (asked) return;
  asked = true;
  const box = byId('charts'),
    once = new Promise(function (resolve) {
      new IntersectionObserver(function (entries, watcher) {
        if (entries.some((entry) => entry.isIntersecting)) {
          watcher.disconnect();
          resolve();
        }
      }, { rootMargin: '200px' }).observe(box.parentElement);
      setTimeout(resolve, QUIET_MS);
    });
  once.then(load).then(function () {
    dash_clientside.set_props('charts-wanted', { 'data-wanted': 'true' });
  });
}

export function days(values) {
  draw('chart-people', [['births-line', values.newborns], ['deaths-line', values.deaths], [
    'move-ins-line',
    values.move_ins,
  ], ['move-outs-line', values.move_outs]]);
  draw('chart-cases', [['reported-line', values.reported], ['closed-line', values.closed]]);
}

export function rates(values) {
  const share = (part, whole) =>
    whole.map((count, index) => (count ? Math.round(1000 * part[index] / count) / 10 : null));
  draw('chart-rates', [['on-time-closing-rate', share(values.on_time, values.due)], [
    'satisfaction-rate',
    share(values.satisfied, values.scored),
  ]], true);
}
