// A list of suggestions under a text field: the combobox pattern of the ARIA Authoring Practices.

import { node } from "../frame/nodes.js";

/** @typedef {import("./service.js").Place} Place */

/** The field stays a plain field: what was typed may always be sent as it is. */
export class Suggestions {
  #field;
  #chosen;
  #list = node("ul", { class: "suggestions", role: "listbox", id: "suggestions" });
  /** @type {readonly Place[]} */
  #places = [];
  #active = -1;

  /**
   * @param {HTMLInputElement} field
   * @param {string} label
   * @param {(place: Place) => void} chosen
   */
  constructor(field, label, chosen) {
    this.#field = field;
    this.#chosen = chosen;
    this.#list.setAttribute("aria-label", label);
    this.#list.hidden = true;
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#list.id,
    })) {
      field.setAttribute(name, value);
    }
    field.autocomplete = "off";
    field.addEventListener("keydown", (key) => this.#pressed(key));
    field.addEventListener("blur", () => this.show([]));
    // The press must not take the focus from the field: its blur would close the list before the click.
    this.#list.addEventListener("pointerdown", (press) => press.preventDefault());
    this.#list.addEventListener("click", (click) => this.#clicked(click));
    (field.closest(".row") ?? field).after(this.#list);
  }

  /** @param {readonly Place[]} places none closes the list */
  show(places) {
    this.#places = places;
    this.#list.replaceChildren(...places.map(option));
    this.#list.hidden = places.length === 0;
    this.#field.setAttribute("aria-expanded", String(places.length > 0));
    this.#activate(-1);
  }

  /** @param {KeyboardEvent} key */
  #pressed(key) {
    if (this.#list.hidden) return;
    const count = this.#places.length;
    if (key.key === "ArrowDown") this.#activate((this.#active + 1) % count);
    else if (key.key === "ArrowUp") this.#activate((Math.max(this.#active, 0) - 1 + count) % count);
    else if (key.key === "Escape") this.show([]);
    else if (key.key === "Enter" && this.#active >= 0) this.#choose(this.#active);
    else return;
    key.preventDefault();
  }

  /** @param {MouseEvent} click */
  #clicked(click) {
    const chosen = click.target instanceof Element ? click.target.closest("li") : null;
    if (chosen) this.#choose([...this.#list.children].indexOf(chosen));
  }

  /** @param {number} index */
  #choose(index) {
    const place = this.#places[index];
    this.show([]);
    this.#chosen(place);
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    [...this.#list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index < 0) this.#field.removeAttribute("aria-activedescendant");
    else this.#field.setAttribute("aria-activedescendant", `suggestion-${index}`);
  }
}

/**
 * @param {Place} place
 * @param {number} index
 */
function option(place, index) {
  return node("li", { role: "option", id: `suggestion-${index}`, "aria-selected": "false" }, [place.label]);
}
