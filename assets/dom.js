/** Small things about the document: make an element, write a text only when it changed, draw attention once. */
window.gridwall = window.gridwall || {};
(function (gw) {
  'use strict';
  const SVG = 'http://www.w3.org/2000/svg';
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

  /** @returns {HTMLElement} a new element with a class, a text and attributes */
  function make(tag, className, text, attributes) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    for (const name in attributes || {}) element.setAttribute(name, attributes[name]);
    return element;
  }

  function svg(tag, attributes) {
    const element = document.createElementNS(SVG, tag);
    for (const name in attributes || {}) element.setAttribute(name, attributes[name]);
    return element;
  }

  /** Writes a text through its one text node; says whether it changed. */
  function write(element, text) {
    const node = element.firstChild;
    if (!node) { element.textContent = text; return true; }
    if (node.nodeValue === text) return false;
    node.nodeValue = text;
    return true;
  }

  /** Lets a changed number be seen once; only opacity moves, so that nothing is laid out or painted anew. */
  function flash(element) {
    if (!calm.matches && !document.hidden && element.animate) element.animate([{opacity: 0.5}, {opacity: 1}], {duration: 450});
  }

  gw.dom = {make, svg, write, flash, calm, byId: (id) => document.getElementById(id)};
})(window.gridwall);
