// A map to put a pin on: the pin stays in the middle, the map moves under it.

import L from "leaflet";
import { node } from "../frame/nodes.js";
import { text } from "../frame/texts.js";
import { BaseLayer } from "./base_layer.js";

/** @typedef {import("../place/coordinates.js").Point} Point */

const ZOOMS = { minZoom: 4, maxZoom: 19 };
const CLOSE = 17; // where a pin is put on a house, not on a town

/**
 * `<place-map>`
 *
 * | attribute | meaning |
 * |---|---|
 * | data-at | "lon lat" of the centre; watched |
 * | data-zoom | where it opens |
 * | data-tile-url, data-tile-attribution | raster tiles; without them the base is drawn from /api/v1/basemap |
 * | data-text-map-label, -map-help, -map-touch, -zoom-in, -zoom-out | words |
 *
 * | event | when |
 * |---|---|
 * | place-map:moved (bubbles; detail: lon, lat) | the person has moved the map and let go |
 * | place-map:taken (bubbles) | Enter: the place in the middle is the one |
 */
export class PlaceMap extends HTMLElement {
  static observedAttributes = ["data-at"];

  /** @type {L.Map | null} */
  #map = null;
  /** @type {BaseLayer | null} */
  #base = null;
  /** Moves that a person began; a view set by the page is not the person's choice. */
  #isTheirs = false;
  #leaving = new AbortController();

  connectedCallback() {
    if (this.#map) return;
    const box = node("div", { class: "map" });
    const hint = node("p", { class: "hint", id: "map-hint" }, [text(this, "map-help")]);
    this.replaceChildren(node("div", { class: "map-box" }, [box, pin(), this.#cover()]), hint);
    this.#map = this.#draw(box);
    this.#describe(box);
    this.#listen(box, this.#map);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#base?.stop();
    this.#map?.remove();
    this.#map = null;
  }

  attributeChangedCallback() {
    const at = this.#at;
    if (!this.#map || !at) return;
    this.#isTheirs = false;
    this.#map.setView(at, Math.max(this.#map.getZoom(), CLOSE - 1));
  }

  /** @returns {L.LatLngTuple | null} */
  get #at() {
    const [lon, lat] = (this.dataset.at ?? "").split(" ").map(Number);
    return this.dataset.at && Number.isFinite(lat) && Number.isFinite(lon) ? [lat, lon] : null;
  }

  /** @param {HTMLElement} box */
  #draw(box) {
    const isTouch = matchMedia("(pointer: coarse)").matches;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(box, {
      ...ZOOMS,
      zoomControl: false,
      attributionControl: false,
      scrollWheelZoom: false, // a wheel scrolls the partner's page; with Ctrl it zooms, see below
      dragging: !isTouch, // a finger scrolls the page; a tap wakes the map, two fingers always move it
      touchZoom: true,
      bounceAtZoomLimits: false,
      keyboardPanDelta: 40,
      zoomAnimation: !isStill,
      fadeAnimation: !isStill,
      inertia: !isStill,
    });
    L.control
      .zoom({
        position: "topright",
        zoomInTitle: text(this, "zoom-in") || "+",
        zoomOutTitle: text(this, "zoom-out") || "−",
      })
      .addTo(map);
    scale().addTo(map);
    map.setView(this.#at ?? [55.75, 37.62], Number(this.dataset.zoom) || 13);
    this.#addBase(map);
    return map;
  }

  /** @param {L.Map} map */
  #addBase(map) {
    const { tileUrl, tileAttribution } = this.dataset;
    if (tileUrl) {
      L.tileLayer(tileUrl, ZOOMS).addTo(map);
      if (tileAttribution) this.append(node("p", { class: "hint attribution" }, [tileAttribution]));
      return;
    }
    this.#base = new BaseLayer(map);
    this.#base.start();
  }

  /** @param {HTMLElement} box */
  #describe(box) {
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", text(this, "map-label"));
    box.setAttribute("aria-describedby", "map-hint");
  }

  /** The word over a sleeping map; it lets every touch through. */
  #cover() {
    return node("p", { class: "map-cover", "aria-hidden": "true" }, [text(this, "map-touch")]);
  }

  /**
   * @param {HTMLElement} box
   * @param {L.Map} map
   */
  #listen(box, map) {
    const { signal } = this.#leaving;
    box.addEventListener("pointerdown", (press) => this.#touched(press, map), { signal, capture: true });
    document.addEventListener("pointerdown", (press) => this.#touchedElsewhere(press, map), { signal });
    box.addEventListener("wheel", (wheel) => this.#wheeled(wheel, map), { signal, passive: false });
    box.addEventListener("keydown", (key) => this.#pressed(key), { signal });
    map.on("click", (click) => this.#tapped(click, map));
    map.on("dragstart zoomstart", () => (this.#isTheirs = true));
    map.on("movestart", () => this.toggleAttribute("data-moving", true));
    map.on("moveend", () => this.#moved(map));
  }

  /**
   * @param {PointerEvent} press
   * @param {L.Map} map
   */
  #touched(press, map) {
    this.#isTheirs = true;
    if (press.pointerType === "mouse") map.dragging.enable();
  }

  /**
   * @param {PointerEvent} press
   * @param {L.Map} map
   */
  #touchedElsewhere(press, map) {
    if (press.pointerType === "mouse" || (press.target instanceof Node && this.contains(press.target))) return;
    map.dragging.disable();
    this.removeAttribute("data-awake");
  }

  /**
   * A tap wakes the map; on an awake one, and with a mouse, it brings the place to the pin.
   * @param {L.LeafletMouseEvent} click
   * @param {L.Map} map
   */
  #tapped(click, map) {
    if (!map.dragging.enabled()) {
      map.dragging.enable();
      this.setAttribute("data-awake", "");
      return;
    }
    this.#isTheirs = true;
    map.panTo(click.latlng);
  }

  /**
   * @param {WheelEvent} wheel
   * @param {L.Map} map
   */
  #wheeled(wheel, map) {
    if (!wheel.ctrlKey && !wheel.metaKey) return;
    wheel.preventDefault();
    this.#isTheirs = true;
    map.setZoom(map.getZoom() + (wheel.deltaY < 0 ? 1 : -1));
  }

  /** @param {KeyboardEvent} key */
  #pressed(key) {
    this.#isTheirs = true;
    if (key.key !== "Enter" || key.target !== key.currentTarget) return; // the zoom buttons take theirs
    key.preventDefault();
    if (this.#map) this.#tell(this.#map);
    this.dispatchEvent(new CustomEvent("place-map:taken", { bubbles: true }));
  }

  /** @param {L.Map} map */
  #moved(map) {
    this.removeAttribute("data-moving");
    if (this.#isTheirs) this.#tell(map);
  }

  /** @param {L.Map} map */
  #tell(map) {
    const { lat, lng } = map.getCenter().wrap();
    this.dispatchEvent(new CustomEvent("place-map:moved", { bubbles: true, detail: { lon: lng, lat } }));
  }
}

/**
 * Leaflet's scale says "km" in every language.
 * @returns {L.Control.Scale}
 */
function scale() {
  const Scale = L.Control.Scale.extend({
    /**
     * @param {HTMLElement} line
     * @param {string} words
     * @param {number} ratio
     */
    _updateScale(line, words, ratio) {
      const [number, unit] = words.split(" ");
      line.style.width = `${Math.round(/** @type {any} */ (this).options.maxWidth * ratio)}px`;
      line.textContent = distance(Number(number), unit === "km" ? "kilometer" : "meter");
    },
  });
  return new /** @type {any} */ (Scale)({ imperial: false, position: "bottomleft" });
}

/**
 * @param {number} number
 * @param {"meter" | "kilometer"} unit
 * @returns {string} as in «2 км»
 */
function distance(number, unit) {
  return new Intl.NumberFormat(document.documentElement.lang || "ru", { style: "unit", unit }).format(number);
}

function pin() {
  return node("div", { class: "pin", "aria-hidden": "true" });
}
