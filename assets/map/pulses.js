/** Grids that have just reported pulse once: a few rings over the map, of which only transform and opacity move. */
import { calm, make } from '../core/dom.js';

const RINGS = 4, EVERY_MS = 1500, LASTS_MS = 700;
const rings = [];
/** When rings were last seen. */
let shownAt = 0;

/** Lays the rings over a map. */
export function start(holder) {
  for (let count = 0; count < RINGS; count++) {
    const ring = make('div', 'pulse');
    holder.append(ring);
    rings.push(ring);
  }
}

/** Lets some of the grids pulse, not always the first ones, which are the city's west. */
export function show(map, grids, centres) {
  const now = performance.now();
  if (calm.matches || document.hidden || !map || now - shownAt < EVERY_MS) return;
  shownAt = now;
  const every = Math.max(1, Math.ceil(grids.length / RINGS));
  for (let place = 0; place < grids.length; place += every) {
    const centre = centres[grids[place]];
    if (centre) pulse(map.latLngToContainerPoint(centre));
  }
}

function pulse(place) {
  const ring = rings.shift();
  if (!ring) return;
  rings.push(ring);
  const spot = `translate(${Math.round(place.x)}px,${Math.round(place.y)}px) translate(-50%,-50%)`;
  const keyframes = [{ opacity: 0.95, transform: spot + ' scale(.35)' }, {
    opacity: 0,
    transform: spot + ' scale(1.5)',
  }];
  ring.animate(keyframes, { duration: LASTS_MS, easing: 'ease-out' });
}
