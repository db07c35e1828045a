/** The age pyramid of an area or a grid. */
import { byId, svg } from './dom.js';
import { say } from './words.js';

/** Draws the age pyramid: men to the left, women to the right, oldest on top. */
export function pyramid(ages) {
  const box = byId('card-ages'), most = Math.max(1, ...ages.m, ...ages.f), bands = ages.m.length;
  const key = JSON.stringify(ages);
  if (box.dataset.drawn === key) return;
  box.dataset.drawn = key;
  const picture = svg('svg', { viewBox: `0 0 240 ${bands * 9 + 4}`, role: 'img', 'aria-label': say('card-ages') });
  for (let band = 0; band < bands; band++) {
    const y = (bands - 1 - band) * 9, left = ages.m[band] / most * 98, right = ages.f[band] / most * 98;
    picture.append(
      svg('rect', { x: 104 - left, y, width: left, height: 7.4, class: 'ages-m' }),
      svg('rect', { x: 136, y, width: right, height: 7.4, class: 'ages-f' }),
    );
    if (band % 3 === 0) {
      const label = svg('text', { x: 120, y: y + 7.4, class: 'ages-label' });
      label.textContent = String(band * 5) + (band === bands - 1 ? '+' : '');
      picture.append(label);
    }
  }
  box.replaceChildren(picture);
}
