// Coordinates as people write them, and as the form sends them: latitude first, "55.080000, 38.770000".

/** @typedef {{lon: number, lat: number}} Point */

const DIGITS = 6; // 0.1 m

/**
 * @param {Point} point
 * @returns {string}
 */
export function written({ lon, lat }) {
  return `${lat.toFixed(DIGITS)}, ${lon.toFixed(DIGITS)}`;
}

/**
 * Read "55.08, 38.77", "55.08 38.77", "55,08; 38,77" and "55,08 38,77"; nothing where that is no place on Earth.
 * @param {string} words
 * @returns {Point | null}
 */
export function read(words) {
  const parts = /^\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*[;,\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*$/.exec(words);
  if (!parts) return null;
  const [lat, lon] = [parts[1], parts[2]].map((part) => Number(part.replace(",", ".")));
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}

/**
 * Whether two points are one place for a person: less than about a metre apart.
 * @param {Point} a
 * @param {Point} b
 * @returns {boolean}
 */
export function isSamePlace(a, b) {
  return Math.abs(a.lat - b.lat) < 1e-5 && Math.abs(a.lon - b.lon) < 2e-5;
}
