/** Small things about the document: make an element, write a text only when it changed, draw attention once. */
import { at } from './root.js';

const REST_MS = 2500;
/** @type {WeakMap<Element, number>} when each number was last let be seen */
const flashed = new WeakMap();
const SVG = 'http://www.w3.org/2000/svg';
export const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

/** @returns {any} the element of an id, as ids.py names it */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {string|null} [text]
 * @param {Object<string, string>} [attributes]
 * @returns {HTMLElementTagNameMap[T]} a new element
 */
export function make(tag, className, text, attributes) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined && text !== null) element.textContent = text;
  for (const name in attributes || {}) {
    element.setAttribute(name, name === 'href' ? at(attributes[name]) : attributes[name]);
  }
  return element;
}

export function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const name in attributes || {}) element.setAttribute(name, attributes[name]);
  return element;
}

/** Writes a text through its one text node; says whether it changed. */
export function write(element, text) {
  const node = element.firstChild;
  if (!node) {
    element.textContent = text;
    return true;
  }
  if (node.nodeValue === text) return false;
  node.nodeValue = text;
  return true;
}

/**
 * Lets a changed number be seen once; only opacity moves, so that nothing is laid out or painted anew.
 * A number that changes all the time does not flicker: it rests in between, and costs no frames then.
 */
export function flash(element) {
  const now = performance.now();
  if (calm.matches || document.hidden || now - (flashed.get(element) || -REST_MS) < REST_MS) return;
  flashed.set(element, now);
  element.animate([{ opacity: 0.5 }, { opacity: 1 }], { duration: 400 });
}
