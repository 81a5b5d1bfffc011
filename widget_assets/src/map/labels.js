// Which names a map has room for: towns before streets, and never one over another.

/** @typedef {{x: number, y: number, name: string, kind: string}} Candidate pixels of the point */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

/** From which zoom a kind of place is named; towns always are. */
const FROM_ZOOM = new Map([
  ["district", 12],
  ["square", 14],
  ["street", 14],
]);
const LETTER = 7.6; // pixels a letter takes at the labels' size, a little more than it does
const HEIGHT = 30; // dot and name
const AIR = 6;

/**
 * The part of a name that tells places apart on this map: a town stands on it already.
 * @param {string} name
 * @returns {string}
 */
export function shortName(name) {
  return name.split(",")[0].trim();
}

/**
 * The candidates that are shown, the important ones first.
 * @template {Candidate} Known
 * @param {readonly Known[]} candidates most important first
 * @param {number} zoom
 * @returns {readonly Known[]}
 */
export function shown(candidates, zoom) {
  /** @type {Box[]} */
  const taken = [];
  return candidates.filter((candidate) => {
    if (zoom < (FROM_ZOOM.get(candidate.kind) ?? 0)) return false;
    const box = boxOf(candidate);
    if (taken.some((other) => isOver(box, other))) return false;
    taken.push(box);
    return true;
  });
}

/**
 * @param {Candidate} candidate
 * @returns {Box}
 */
function boxOf({ x, y, name }) {
  const half = (shortName(name).length * LETTER) / 2 + AIR;
  return { left: x - half, right: x + half, top: y - AIR, bottom: y + HEIGHT };
}

/**
 * @param {Box} a
 * @param {Box} b
 */
function isOver(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
