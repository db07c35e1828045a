"""A page whose script or style is not there loads itself anew, so that no screen stays blank.

While two versions of the server stand behind one address, a page of one may ask the other for its files, which are 404
there. What was found is kept by the browser, so that after a few turns a page has all its files; and when only one
version is left, at once. The server is asked first: a browser that loads a page from nobody shows its own error.
"""

from __future__ import annotations

import base64
import hashlib

SCRIPT = (
    "(function(){var key='gridwall-again',asked=false,"
    "root=document.querySelector('meta[name=gridwall-root]').content;"
    "function later(){var now=Date.now(),was=JSON.parse(sessionStorage.getItem(key)||'[0,0]'),"
    "tries=now-was[1]>60000?0:was[0]+1;sessionStorage.setItem(key,JSON.stringify([tries,now]));"
    "setTimeout(ask,Math.min(5000,200*Math.pow(2,tries))*(0.5+Math.random()));}"
    "function ask(){fetch(root+'/healthz',{cache:'no-store'}).then("
    "function(answer){if(answer.ok)location.reload();else later();},later);}"
    "addEventListener('error',function(event){var tag=event.target&&event.target.tagName;"
    "if(!asked&&(tag==='SCRIPT'||tag==='LINK')){asked=true;later();}},true);})();"
)
HASH = "'sha256-" + base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode() + "'"
