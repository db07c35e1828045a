/** The wall: numbers, rates, heatmap and lists of the city from one topic, the map beside them, and its keys. */
import * as heatmap from '../../core/heatmap.js';
import * as kpi from '../../core/kpi.js';
import * as live from '../../core/live.js';
import { begin } from '../../core/start.js';
import { page } from '../../core/words.js';
import * as map from '../../map/map.js';
import * as lists from './attention.js';
import * as card from './card.js';
import * as departments from './departments.js';
import * as gauges from './gauges.js';
import * as hours from './hours.js';
import * as keys from './keys.js';
import * as tour from './tour.js';

function start() {
  gauges.start();
  heatmap.start();
  lists.start();
  card.start();
  map.start(page.map_url, { open: card.open, ready: lists.redraw });
  tour.start(page.tour);
  keys.start(page.rotate_s, page.rotate_districts);
  let isFirst = true;
  live.watch('city', function (body, delta) {
    kpi.show(body, delta, isFirst);
    gauges.show(body, delta);
    hours.show(body, delta);
    departments.show(body, delta);
    heatmap.show(body, delta);
    lists.show(body, delta);
    isFirst = false;
  });
}

begin(start);
