/** The tabs over a map at a desk: they choose its layer, and the choice stays in the address. */
import { askedFor, remember } from '../core/address.js';
import * as map from './map.js';
import { layers } from './scale.js';

export function start() {
  const wanted = askedFor('layer');
  for (const tab of document.querySelectorAll('[data-layer]')) {
    tab.addEventListener('click', function () {
      map.choose(tab.dataset.layer);
      remember('layer', tab.dataset.layer);
    });
  }
  map.choose(layers().includes(wanted) ? wanted : 'cases-open');
}
