/** Pages that the server has written as a whole: they are fresh, can be printed, and speak two languages. */
import { startPage } from './page.js';
import { begin } from './start.js';

begin(startPage);
