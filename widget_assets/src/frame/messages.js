// What the host's page is told: height, step, ready, and after sending the public number. Never the person.

const PREFIX = "igrajdanin:";

/**
 * The exact origins a message may be addressed to; the browser drops it where the parent is another one.
 * @param {readonly string[]} allowed origins of the partner
 * @param {string | undefined} embedder what the browser says about the parent, where it says it
 * @returns {readonly string[]}
 */
export function targets(allowed, embedder) {
  const known = allowed.filter((origin) => /^https?:\/\/[^/*\s]+$/.test(origin));
  if (embedder === undefined) return known;
  return known.includes(embedder) ? [embedder] : [];
}

/**
 * Give the sender of messages to the page that embeds this window; silent when nothing does.
 *
 * The page's loader may come after us and ask with `hello` what it missed: the newest of each kind is said again.
 * @param {Window} here
 * @param {readonly string[]} allowed
 * @returns {(type: string, facts?: Record<string, string | number>) => void}
 */
export function sender(here, allowed) {
  if (here.parent === here) return () => {};
  const to = targets(allowed, here.location.ancestorOrigins?.[0]);
  /** @type {Map<string, object>} */
  const said = new Map();
  const say = (/** @type {object} */ message) => {
    for (const origin of to) here.parent.postMessage(message, origin);
  };
  here.addEventListener("message", ({ source, data }) => {
    if (source === here.parent && data?.type === `${PREFIX}hello` && data.v === 1) said.forEach(say);
  });
  return (type, facts = {}) => {
    const message = { type: PREFIX + type, v: 1, ...facts };
    said.set(type, message);
    say(message);
  };
}

/**
 * Report the height of the document whenever it has changed, at most once a picture.
 * @param {Element} root
 * @param {(height: number) => void} report
 * @returns {() => void} stops it
 */
export function watchHeight(root, report) {
  let last = -1;
  let planned = 0;
  const measure = () => {
    planned = 0;
    const height = Math.ceil(root.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    report(height);
  };
  const observer = new ResizeObserver(() => {
    planned ||= requestAnimationFrame(measure);
  });
  observer.observe(root);
  return () => {
    observer.disconnect();
    cancelAnimationFrame(planned);
  };
}
