// Which message of which frame is believed, and what it changes on the host's page.

/** Heights outside of this are a fault, not a form (CSS pixels). */
export const HEIGHTS = { least: 80, most: 20000 };
const SPARE = 2; // borders of the iframe that its content cannot see
const EVENTS = new Map([
  ["igrajdanin:ready", "igrajdanin:ready"],
  ["igrajdanin:step", "igrajdanin:step"],
  ["igrajdanin:submitted", "igrajdanin:submitted"],
  ["igrajdanin:height", "igrajdanin:resize"],
]);

/**
 * Listen to the frames of one origin; a second call for it on the same page does nothing.
 * @param {string} origin
 * @param {Window} page
 * @param {{least: number, most: number}} heights
 */
export function openLoader(origin, page, heights) {
  const mark = Symbol.for(`igrajdanin ${origin}`); // not a name, so it can clash with nobody's
  const marks = /** @type {Record<symbol, boolean>} */ (/** @type {unknown} */ (page));
  if (marks[mark]) return;
  marks[mark] = true;
  page.addEventListener("message", (message) => {
    if (message.origin !== origin) return;
    const frame = frameOf(message.source, page.document);
    if (frame) believe(frame, message.data, heights);
  });
  greet(origin, page.document);
}

/**
 * A frame that was quicker than this script has spoken to nobody: ask for all of it again. To any origin,
 * because a frame that is still empty would refuse ours in the partner's console, and `hello` tells nothing.
 * @param {string} origin
 * @param {Document} page
 */
function greet(origin, page) {
  for (const frame of page.querySelectorAll("iframe")) {
    if (frame.src.startsWith(`${origin}/`)) frame.contentWindow?.postMessage({ type: "igrajdanin:hello", v: 1 }, "*");
  }
}

/**
 * The iframe whose window sent a message, sought at that moment: frames added or moved later are found too.
 * @param {MessageEventSource | null} source
 * @param {Document} page
 * @returns {HTMLIFrameElement | undefined}
 */
function frameOf(source, page) {
  if (!source) return undefined;
  return [...page.querySelectorAll("iframe")].find((frame) => frame.contentWindow === source);
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {any} data
 * @param {{least: number, most: number}} heights
 */
function believe(frame, data, heights) {
  const name = data && data.v === 1 && EVENTS.get(data.type);
  if (!name) return;
  const detail = Object.assign({}, data);
  delete detail.type;
  delete detail.v;
  if (name === "igrajdanin:resize" && !resize(frame, data.height, heights)) return;
  if (name === "igrajdanin:step") arrive(frame, data.step);
  frame.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {unknown} height
 * @param {{least: number, most: number}} heights
 * @returns {boolean} whether the height was one
 */
function resize(frame, height, heights) {
  if (typeof height !== "number" || !(height >= heights.least && height <= heights.most)) return false;
  frame.style.height = `${Math.ceil(height) + SPARE}px`;
  return true;
}

/** @type {WeakMap<HTMLIFrameElement, unknown>} */
const steps = new WeakMap();

/**
 * A shorter step must not leave the reader below the frame; the first one must not move the page at all.
 * @param {HTMLIFrameElement} frame
 * @param {unknown} step
 */
function arrive(frame, step) {
  const changed = steps.has(frame) && steps.get(frame) !== step;
  steps.set(frame, step);
  if (changed && frame.getBoundingClientRect().top < 0) frame.scrollIntoView({ block: "start" });
}
