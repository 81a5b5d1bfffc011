// Finding a category by a few Russian or English letters: words agree when their beginnings do.
// The server's search knows stems; this one only has to be quick and forgiving while somebody types.

const LEAST_COMMON = 4;
const ENDING = 3; // what a Russian ending may add or change
const LEAST_WORD = 3; // shorter words («на», «у», "in") say nothing

/**
 * The words of a text that can be compared.
 * @param {string} text
 * @returns {readonly string[]}
 */
export function wordsOf(text) {
  const plain = text.toLowerCase().replaceAll("ё", "е");
  return plain.match(/[\p{L}\p{N}]+/gu)?.filter((word) => word.length >= LEAST_WORD) ?? [];
}

/**
 * Whether a typed word may mean a known one: it begins it, or both share all but their endings.
 * @param {string} typed
 * @param {string} known
 * @returns {boolean}
 */
export function isAlike(typed, known) {
  if (known.startsWith(typed)) return true;
  const shorter = Math.min(typed.length, known.length);
  return commonPrefix(typed, known) >= Math.max(LEAST_COMMON, shorter - ENDING);
}

/**
 * The items that agree with every typed word; where none does, those that agree with any.
 * @template Item
 * @param {string} query
 * @param {readonly {item: Item, words: readonly string[]}[]} items
 * @returns {ReadonlySet<Item>}
 */
export function matching(query, items) {
  const typed = wordsOf(query);
  const known = (/** @type {readonly string[]} */ words) => (/** @type {string} */ word) =>
    words.some((other) => isAlike(word, other));
  const all = items.filter(({ words }) => typed.every(known(words)));
  const found = all.length ? all : items.filter(({ words }) => typed.some(known(words)));
  return new Set(found.map(({ item }) => item));
}

/**
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
function commonPrefix(a, b) {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
