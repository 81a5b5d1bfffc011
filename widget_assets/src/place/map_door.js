// The map's code comes when somebody wants a map, by the address and hash that the page names.

import { node } from "../frame/nodes.js";

/** @typedef {import("./coordinates.js").Point} Point */

/**
 * Give a <place-map> with the picker's data attributes, its code and styles loaded.
 * @param {HTMLElement} picker
 * @param {Point | null} centre
 * @returns {Promise<HTMLElement>}
 */
export async function openMap(picker, centre) {
  const { mapScript = "", mapScriptIntegrity, mapStyle = "", mapStyleIntegrity } = picker.dataset;
  await Promise.all([
    load(node("link", { rel: "stylesheet", href: mapStyle }), mapStyleIntegrity),
    load(node("script", { type: "module", src: mapScript }), mapScriptIntegrity),
  ]);
  await customElements.whenDefined("place-map");
  const map = node("place-map");
  for (const attribute of picker.attributes) {
    if (attribute.name.startsWith("data-")) map.setAttribute(attribute.name, attribute.value);
  }
  if (centre) map.setAttribute("data-at", `${centre.lon} ${centre.lat}`);
  return map;
}

/**
 * @param {HTMLLinkElement | HTMLScriptElement} part
 * @param {string | undefined} integrity
 * @returns {Promise<void>}
 */
function load(part, integrity) {
  const address = part instanceof HTMLLinkElement ? part.href : part.src;
  const known = [...document.head.querySelectorAll("link, script")].some(
    (other) => (other instanceof HTMLLinkElement ? other.href : /** @type {any} */ (other).src) === address,
  );
  if (known) return Promise.resolve();
  if (integrity) {
    part.integrity = integrity;
    part.crossOrigin = "anonymous";
  }
  return new Promise((resolve, reject) => {
    part.addEventListener("load", () => resolve());
    part.addEventListener("error", () => {
      part.remove(); // so that the next press tries again
      reject(new Error(address));
    });
    document.head.append(part);
  });
}
