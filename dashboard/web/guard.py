"""A page whose script or style is not there finds out why, so that no screen stays blank.

While two versions of the server stand behind one address, a page of one may ask the other for its files, which are 404
there. Then it loads itself anew: what was found is kept by the browser, so that after a few turns a page has all its
files; and when only one version is left, at once. The server is asked first: a browser that loads a page from nobody
shows its own error.

Where a proxy passes the server on below a path that the server does not know, no file arrives however often the page
is loaded. The page finds the server below its own address, says so (the words are in the document), and loads itself
anew only once the server knows the path.
"""

from __future__ import annotations

import base64
import hashlib

SCRIPT = (
    "(function(){var key='gridwall-again',asked=false,"
    "root=meta('root'),parts=location.pathname.split('/').filter(Boolean);"
    "function meta(name){return document.querySelector('meta[name=gridwall-'+name+']').content;}"
    "function later(){var now=Date.now(),was=JSON.parse(sessionStorage.getItem(key)||'[0,0]'),"
    "tries=now-was[1]>60000?0:was[0]+1;sessionStorage.setItem(key,JSON.stringify([tries,now]));"
    "setTimeout(ask,Math.min(5000,200*Math.pow(2,tries))*(0.5+Math.random()));}"
    "function ask(){fetch(root+'/healthz',{cache:'no-store'}).then("
    "function(answer){if(answer.ok)location.reload();else later();},later);}"
    # Whether the server is found below a path, and whether it knows that path.
    "function found(path){return fetch(path+'/api/v1/connection?below='+path,{cache:'no-store'}).then("
    "function(answer){return answer.json();}).then(function(told){return told.causes;}).catch(function(){});}"
    "function say(path){var place=document.getElementById('react-entry-point');"
    "place.style.cssText='padding:2rem;font:1.25rem/1.5 sans-serif;overflow-wrap:anywhere';"
    "place.textContent=meta('no-prefix').split('{path}').join(path);"
    "setInterval(function(){found(path).then(function(causes){"
    "if(Array.isArray(causes)&&!causes.length)location.reload();});},5000);}"
    "function look(count){if(count>parts.length)return later();"
    "var path=count?'/'+parts.slice(0,count).join('/'):root;"
    "return found(path).then(function(causes){if(!Array.isArray(causes))return look(count+1);"
    "if(count&&causes.length)say(path);else later();});}"
    "function lost(){if(!asked){asked=true;look(0);}}"
    "addEventListener('error',function(event){var tag=event.target&&event.target.tagName;"
    "if(tag==='SCRIPT'||tag==='LINK')lost();},true);"
    "addEventListener('DOMContentLoaded',function(){if(!window.gridwall)lost();});})();"
)
HASH = "'sha256-" + base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode() + "'"
