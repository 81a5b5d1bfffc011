// Texts come from the server, in the reader's language: as data-text-* of an element, or as templates.

/**
 * The text `data-text-<name>` of an element with its {blanks} filled.
 * @param {HTMLElement} element
 * @param {string} name as in `my-place`
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function text(element, name, values = {}) {
  return fill(element.getAttribute(`data-text-${name}`) ?? "", values);
}

/**
 * The right plural of a text: `data-text-<name>-one`, `-few`, `-many` or `-other`, with {count} filled.
 * @param {HTMLElement} element
 * @param {string} name
 * @param {number} count
 * @returns {string}
 */
export function plural(element, name, count) {
  const form = new Intl.PluralRules(document.documentElement.lang || "ru").select(count);
  const chosen = element.hasAttribute(`data-text-${name}-${form}`) ? form : "other";
  return text(element, `${name}-${chosen}`, { count });
}

/**
 * The text of `<template id="text-<name>">`; empty where the page has none.
 * @param {string} name
 * @returns {string}
 */
export function pageText(name) {
  const template = document.getElementById(`text-${name}`);
  return template instanceof HTMLTemplateElement ? (template.content.textContent ?? "").trim() : "";
}

/**
 * @param {string} pattern
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? String(values[name]) : blank));
}
