// The category step: typing narrows the groups; without it they are a list to open and read.

import { node } from "../frame/nodes.js";
import { fill, plural } from "../frame/texts.js";
import { matching, wordsOf } from "./matching.js";

const LEAST_LETTERS = 2;

/** @typedef {{item: HTMLElement, words: readonly string[]}} Entry */

/**
 * `<category-search>`: filters `label.choice` in `details.group` by the text of `input[type=search]`.
 *
 * | attribute | meaning |
 * |---|---|
 * | data-empty-text | said when nothing agrees |
 * | data-count-text | how many agree, {count}; or in plurals: data-text-found-one, -few, -many, -other |
 * | data-keywords (on a choice or its input) | more words that find it |
 *
 * No events: the radio buttons are the value.
 */
export class CategorySearch extends HTMLElement {
  #isOpen = false;
  /** @type {readonly Entry[]} */
  #entries = [];
  /** Which groups were open before somebody typed. @type {Map<HTMLDetailsElement, boolean> | null} */
  #before = null;
  #said = node("p", { class: "hint", role: "status" });

  connectedCallback() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const field = this.querySelector("input");
    if (!field) return;
    this.#entries = [...this.querySelectorAll("label.choice")].map((item) => entryOf(/** @type {HTMLElement} */ (item)));
    (field.closest(".field") ?? field).append(this.#said);
    this.querySelector("button[name=action]")?.setAttribute("hidden", "");
    field.addEventListener("input", () => this.#narrow(field.value));
    field.addEventListener("keydown", (key) => {
      if (key.key === "Enter") key.preventDefault(); // the answer is there already
    });
    if (field.value) this.#narrow(field.value);
  }

  get #groups() {
    return /** @type {NodeListOf<HTMLDetailsElement>} */ (this.querySelectorAll("details.group"));
  }

  /** @param {string} query */
  #narrow(query) {
    if (query.trim().length < LEAST_LETTERS) {
      this.#widen();
      return;
    }
    this.#before ??= new Map([...this.#groups].map((group) => [group, group.open]));
    const found = matching(query, this.#entries);
    for (const { item } of this.#entries) item.hidden = !found.has(item) && !isChosen(item);
    for (const group of this.#groups) {
      group.hidden = !group.querySelector("label.choice:not([hidden])");
      group.open = !group.hidden;
    }
    this.#said.textContent = found.size ? this.#counted(found.size) : (this.dataset.emptyText ?? "");
  }

  /** @param {number} count */
  #counted(count) {
    return plural(this, "found", count) || fill(this.dataset.countText ?? "", { count });
  }

  #widen() {
    for (const { item } of this.#entries) item.hidden = false;
    for (const group of this.#groups) {
      group.hidden = false;
      group.open = this.#before?.get(group) ?? group.open;
    }
    this.#before = null;
    this.#said.textContent = "";
  }
}

/**
 * @param {HTMLElement} item
 * @returns {Entry}
 */
function entryOf(item) {
  const keywords = item.dataset.keywords ?? item.querySelector("input")?.dataset.keywords ?? "";
  const group = item.closest("details")?.querySelector("summary")?.textContent ?? "";
  return { item, words: wordsOf(`${item.textContent} ${keywords} ${group}`) };
}

/** @param {HTMLElement} item */
function isChosen(item) {
  return item.querySelector("input")?.checked ?? false;
}
