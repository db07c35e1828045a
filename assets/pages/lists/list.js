/** A list that the server writes, and writes again while one looks. */
import * as again from '../../core/again.js';
import { startPage } from '../../core/page.js';
import { begin } from '../../core/start.js';

function start() {
  startPage();
  again.start();
}

begin(start);
