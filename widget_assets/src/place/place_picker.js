// The place step: address, "my place", coordinates and a map are four ways to one point.

import { button, node } from "../frame/nodes.js";
import { plural, text } from "../frame/texts.js";
import { Latest } from "../frame/waiting.js";
import { isSamePlace, read, written } from "./coordinates.js";
import { openMap } from "./map_door.js";
import { pinAt, placesLike } from "./service.js";
import { Suggestions } from "./suggestions.js";

/** @typedef {import("./coordinates.js").Point} Point */
/** @typedef {import("./service.js").Pin} Pin */

const LEAST_LETTERS = 3;
const TYPING_MS = 250;
const MOVING_MS = 350;
const LOCATING = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 };

/**
 * `<place-picker>`
 *
 * | attribute | meaning |
 * |---|---|
 * | data-lon, data-lat, data-zoom | where the map opens |
 * | data-tile-url, data-tile-attribution | raster tiles; without them the map draws /api/v1/basemap |
 * | data-map-script, data-map-style, data-map-script-integrity, data-map-style-integrity | the map's files |
 * | data-text-my-place, -locating, -no-location, -location-denied, -show-map, -hide-map, -map-failed | words |
 * | data-text-suggestions, -found-one, -found-few, -found-many, -found-other, -none-found | words of the list |
 * | data-text-served, data-text-unserved | said of a pin when the server sends no message; {territory} |
 *
 * | event | when |
 * |---|---|
 * | place-picker:pinned (bubbles; detail: lon, lat) | a point was chosen by any of the ways |
 */
export class PlacePicker extends HTMLElement {
  #isOpen = false;
  #typing = new Latest(TYPING_MS);
  #asking = new Latest(MOVING_MS);
  /** @type {HTMLElement | null} */
  #map = null;
  #report = node("div", { class: "pin-report", role: "status" });
  /** How many suggestions there are: seen in the list, and said to those who do not see it. */
  #counted = node("p", { class: "visually-hidden", role: "status" });
  /** The point of which the report speaks. @type {Point | null} */
  #pinned = null;
  /** The address we wrote ourselves, which we may overwrite. */
  #ownAddress = "";

  connectedCallback() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#addTools();
    this.#watchAddress();
    this.#watchCoordinates();
    this.#watchFound();
    const point = read(this.#coordinates?.value ?? "");
    if (point) this.#ask(point);
  }

  disconnectedCallback() {
    this.#typing.cancel();
    this.#asking.cancel();
  }

  /** @returns {HTMLInputElement | null} */
  get #address() {
    return this.querySelector("input[name=address]");
  }

  /** @returns {HTMLInputElement | null} */
  get #coordinates() {
    return this.querySelector("input[name=coordinates]");
  }

  #addTools() {
    const place = button(text(this, "my-place"), "secondary with-icon my-place", () => this.#locate(place));
    const map = button(text(this, "show-map"), "secondary with-icon show-map", () => void this.#toggleMap(map));
    map.setAttribute("aria-expanded", "false");
    const tools = node("div", { class: "tools" }, "geolocation" in navigator ? [place, map] : [map]);
    const after = this.querySelector(".field");
    if (after) after.after(tools, this.#report, this.#counted);
    else this.prepend(tools, this.#report, this.#counted);
  }

  #watchAddress() {
    const field = this.#address;
    if (!field) return;
    const suggestions = new Suggestions(field, text(this, "suggestions"), (place) => {
      this.#writeAddress(place.label);
      this.#pin(place);
      this.#showOnMap(place);
    });
    field.addEventListener("input", () => {
      this.#forgetPin();
      const words = field.value.trim();
      if (words.length < LEAST_LETTERS) {
        this.#typing.cancel();
        suggestions.show([]);
        return;
      }
      this.#typing.plan(async (signal) => {
        const places = await placesLike(words, this.#centre(), signal).catch(() => []);
        signal.throwIfAborted();
        suggestions.show(document.activeElement === field ? places : []);
        this.#counted.textContent = places.length ? plural(this, "found", places.length) : text(this, "none-found");
      });
    });
  }

  #watchCoordinates() {
    const field = this.#coordinates;
    field?.addEventListener("change", () => {
      const point = read(field.value);
      if (!point) return;
      this.#pin(point);
      this.#showOnMap(point);
    });
    field?.addEventListener("keydown", (key) => {
      if (key.key !== "Enter") return;
      key.preventDefault(); // the first button of the form would look for an address instead
      this.#primary?.click();
    });
  }

  /** A picked line of the server's list shows on the map, and its point is what the form sends. */
  #watchFound() {
    this.addEventListener("change", (change) => {
      const radio = change.target;
      if (!(radio instanceof HTMLInputElement) || radio.name !== "found") return;
      const [lon, lat] = radio.value.split("|")[0].split(",").map(Number);
      if (!Number.isFinite(lon) || !Number.isFinite(lat)) return;
      this.#pin({ lon, lat });
      this.#showOnMap({ lon, lat });
    });
  }

  /** @param {HTMLButtonElement} pressed */
  #locate(pressed) {
    if (pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    this.#say(text(this, "locating"));
    const done = () => pressed.removeAttribute("aria-busy");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        if (!this.isConnected) return;
        const point = { lon: coords.longitude, lat: coords.latitude };
        this.#pin(point);
        this.#showOnMap(point);
      },
      (fault) => {
        done();
        const isDenied = fault.code === fault.PERMISSION_DENIED;
        this.#warn((isDenied && text(this, "location-denied")) || text(this, "no-location"));
      },
      LOCATING,
    );
  }

  /** @param {HTMLButtonElement} pressed */
  async #toggleMap(pressed) {
    if (pressed.getAttribute("aria-busy") === "true") return;
    if (this.#map) {
      this.#closeMap(pressed);
      return;
    }
    pressed.setAttribute("aria-busy", "true");
    try {
      this.#map = await openMap(this, this.#centre());
    } catch {
      this.#warn(text(this, "map-failed"));
    }
    pressed.removeAttribute("aria-busy");
    if (!this.#map) return;
    pressed.setAttribute("aria-expanded", "true");
    pressed.replaceChildren(text(this, "hide-map") || text(this, "show-map"));
    this.#map.addEventListener("place-map:moved", (moved) => this.#pin(/** @type {CustomEvent} */ (moved).detail));
    this.#map.addEventListener("place-map:taken", () => this.#primary?.focus());
    pressed.closest(".tools")?.after(this.#map);
  }

  /** @param {HTMLButtonElement} pressed */
  #closeMap(pressed) {
    this.#map?.remove();
    this.#map = null;
    pressed.setAttribute("aria-expanded", "false");
    pressed.replaceChildren(text(this, "show-map"));
  }

  /** @returns {HTMLButtonElement | null} */
  get #primary() {
    return this.closest("form")?.querySelector(".actions .primary") ?? null;
  }

  /** @returns {Point | null} */
  #centre() {
    const lon = Number(this.dataset.lon);
    const lat = Number(this.dataset.lat);
    return this.#pinned ?? read(this.#coordinates?.value ?? "") ?? (this.dataset.lon ? { lon, lat } : null);
  }

  /** @param {Point} point */
  #pin(point) {
    const field = this.#coordinates;
    if (field) field.value = written(point);
    this.#dropChoiceOtherThan(point);
    this.dispatchEvent(new CustomEvent("place-picker:pinned", { bubbles: true, detail: point }));
    this.#ask(point);
  }

  /** @param {Point} point */
  #ask(point) {
    if (this.#pinned && isSamePlace(this.#pinned, point)) return;
    this.#pinned = point;
    this.#asking.plan(async (signal) => {
      this.#report.setAttribute("aria-busy", "true");
      const pin = await pinAt(point, signal).catch(() => null);
      signal.throwIfAborted();
      this.#report.removeAttribute("aria-busy");
      if (pin) this.#show(pin, point);
      else this.#say(written(point));
    });
  }

  /**
   * @param {Pin} pin
   * @param {Point} point
   */
  #show(pin, point) {
    const label = pin.place?.label ?? "";
    const isOurs = !this.#address?.value || this.#address.value === this.#ownAddress;
    if (isOurs && isAddress(label, pin)) this.#writeAddress(label);
    const words = pin.message || text(this, pin.served ? "served" : "unserved", { territory: nearestOf(pin) });
    this.#say(node("strong", {}, [label || written(point)]), words);
    this.#report.classList.add(pin.served ? "good" : "warning");
  }

  /** @param {Point} point */
  #showOnMap(point) {
    this.#map?.setAttribute("data-at", `${point.lon} ${point.lat}`);
  }

  /** @param {string} label */
  #writeAddress(label) {
    if (this.#address) this.#address.value = label;
    this.#ownAddress = label;
  }

  /** A new address makes the point of the old one wrong, unless the person set it on the map. */
  #forgetPin() {
    if (!this.#pinned || this.#map) return;
    this.#pinned = null;
    this.#asking.cancel();
    if (this.#coordinates) this.#coordinates.value = "";
    this.#say();
  }

  /** @param {Point} point */
  #dropChoiceOtherThan(point) {
    for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("input[name=found]:checked"))) {
      const [lon, lat] = radio.value.split("|")[0].split(",").map(Number);
      if (!isSamePlace({ lon, lat }, point)) radio.checked = false;
    }
  }

  /** @param {readonly (Node | string)[]} words */
  #say(...words) {
    const isSaid = words.some((word) => typeof word !== "string" || word);
    this.#report.className = isSaid ? "pin-report notice" : "pin-report";
    this.#report.replaceChildren(...(isSaid ? [node("p", {}, words)] : []));
  }

  /** @param {string} words */
  #warn(words) {
    this.#say(words);
    this.#report.classList.add("warning");
  }
}

/**
 * The names of a pin's territories, the nearest first.
 * @param {Pin} pin
 * @returns {readonly string[]}
 */
function namesOf({ territories = [] }) {
  return territories.map((territory) => (typeof territory === "string" ? territory : territory.name));
}

/** @param {Pin} pin */
function nearestOf(pin) {
  return namesOf(pin)[0] ?? "";
}

/**
 * Whether a label says more than the territories, so that it may stand in the address field.
 * @param {string} label
 * @param {Pin} pin
 */
function isAddress(label, pin) {
  return Boolean(label) && !label.split(", ").every((part) => namesOf(pin).includes(part));
}
