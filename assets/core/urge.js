/** Urging, from whichever page: one case, or all that a filter finds. */
import { byId } from './dom.js';
import { say } from './words.js';
import { at } from './root.js';

function told(text, isBad) {
  const message = byId('urge-message');
  message.textContent = text;
  message.className = 'action-message' + (isBad ? ' late' : '');
}

/** Urges what is asked for (`case`, or a filter of cases), and says what came of it where the page has a place. */
export async function urge(asked, button) {
  button.disabled = true;
  told(say('act-sending'));
  try {
    const answer = await fetch(at('/api/v1/supervision/urge'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...asked, note: say('act-by') }),
    });
    const body = await answer.json();
    if (answer.ok) told(say('urged', { urged: body.urged, skipped: body.skipped }));
    else told(say('act-refused', { reason: body.reason }), true);
  } catch {
    told(say('act-failed'), true);
  }
  button.disabled = false;
}
