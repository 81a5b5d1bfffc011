// A light base of our own: the outlines and names of territories, so that a map is there with no network abroad.

import L from "leaflet";
import { node } from "../frame/nodes.js";
import { Latest } from "../frame/waiting.js";
import { shortName, shown } from "./labels.js";

const SILENCE_MS = 150;
const AROUND = 0.5; // half a screen more on every side, so that a small move asks for nothing

/** Draws what /api/v1/basemap gives for the view, and asks again when the view leaves it. */
export class BaseLayer {
  #map;
  #asking = new Latest(SILENCE_MS);
  #outlines = L.layerGroup();
  #names = L.layerGroup();
  /** What the drawn base covers. @type {L.LatLngBounds | null} */
  #covered = null;
  #zoom = -1;

  /** @param {L.Map} map */
  constructor(map) {
    this.#map = map;
  }

  start() {
    this.#outlines.addTo(this.#map);
    this.#names.addTo(this.#map);
    this.#map.on("moveend", () => this.#look());
    this.#look();
  }

  stop() {
    this.#asking.cancel();
  }

  #look() {
    const view = this.#map.getBounds();
    if (this.#covered?.contains(view) && this.#zoom === this.#map.getZoom()) return;
    this.#asking.plan((signal) => this.#bring(view.pad(AROUND), signal).catch(() => {}));
  }

  /**
   * @param {L.LatLngBounds} bounds
   * @param {AbortSignal} signal
   */
  async #bring(bounds, signal) {
    const query = new URLSearchParams({
      west: bounds.getWest().toFixed(5),
      south: bounds.getSouth().toFixed(5),
      east: bounds.getEast().toFixed(5),
      north: bounds.getNorth().toFixed(5),
      lang: document.documentElement.lang || "ru",
    });
    const response = await fetch(`/api/v1/basemap?${query}`, { credentials: "omit", signal });
    if (!response.ok) return;
    const { features = [] } = await response.json();
    signal.throwIfAborted();
    this.#covered = bounds;
    this.#zoom = this.#map.getZoom();
    this.#draw(features);
  }

  /** @param {readonly GeoJSON.Feature[]} features */
  #draw(features) {
    const points = features.filter(isPoint);
    const areas = features.filter((feature) => !isPoint(feature)).sort((a, b) => levelOf(a) - levelOf(b));
    this.#outlines.clearLayers();
    this.#names.clearLayers();
    for (const area of areas) L.geoJSON(area, { interactive: false, style: styleOf }).addTo(this.#outlines);
    for (const label of shown(points.map((point) => this.#candidate(point)), this.#zoom)) this.#name(label);
  }

  /** @param {GeoJSON.Feature} feature */
  #candidate(feature) {
    const [lon, lat] = /** @type {GeoJSON.Point} */ (feature.geometry).coordinates;
    const { x, y } = this.#map.project([lat, lon], this.#zoom);
    const { name = "", level = "" } = feature.properties ?? {};
    return { x, y, lat, lon, name: String(name), kind: String(level) };
  }

  /** @param {{lat: number, lon: number, name: string, kind: string}} label */
  #name({ lat, lon, name, kind }) {
    const html = node("span", {}, [shortName(name)]);
    const icon = L.divIcon({ className: `place-name of-${kind.replace(/\W/g, "")}`, html, iconSize: [0, 0] });
    L.marker([lat, lon], { icon, interactive: false, keyboard: false }).addTo(this.#names);
  }
}

/** @param {GeoJSON.Feature} feature */
function isPoint(feature) {
  return feature.geometry?.type === "Point";
}

/**
 * Levels come as numbers or words; the widest are drawn first.
 * @param {GeoJSON.Feature} feature
 */
function levelOf(feature) {
  const level = feature.properties?.level;
  return typeof level === "number" ? level : Math.max(0, LEVELS.indexOf(level));
}

const LEVELS = ["country", "region", "municipality", "district"];

/** @param {GeoJSON.Feature | undefined} feature */
function styleOf(feature) {
  return { className: `area area-${feature ? levelOf(feature) : 0}`, weight: 1, fillOpacity: 1 };
}
