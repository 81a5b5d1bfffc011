// What the place step asks the server: addresses like the typed one, and everything about a pin in one call.

/** @typedef {import("./coordinates.js").Point} Point */
/** @typedef {{label: string, lon: number, lat: number}} Place */
/**
 * @typedef {object} Pin
 * @property {{label: string | null} | null} [place]
 * @property {readonly (string | {name: string})[]} [territories] widest first
 * @property {boolean} [served]
 * @property {string | null} [message] the server's own sentence, where it has one
 */

/**
 * @param {string} words
 * @param {Point | null} near
 * @param {AbortSignal} signal
 * @returns {Promise<readonly Place[]>}
 */
export async function placesLike(words, near, signal) {
  const query = new URLSearchParams({ q: words, lang: language() });
  if (near) {
    query.set("lon", String(near.lon));
    query.set("lat", String(near.lat));
  }
  const answer = await ask(`/api/v1/places?${query}`, signal);
  return answer.places ?? [];
}

/**
 * @param {Point} point
 * @param {AbortSignal} signal
 * @returns {Promise<Pin>}
 */
export async function pinAt({ lon, lat }, signal) {
  const query = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), lang: language() });
  if (document.body.dataset.partner) query.set("partner", document.body.dataset.partner);
  return ask(`/api/v1/pin?${query}`, signal);
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
async function ask(address, signal) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "omit", signal });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

function language() {
  return document.documentElement.lang || "ru";
}
