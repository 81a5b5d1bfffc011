import assert from "node:assert/strict";
import test from "node:test";
import { HEIGHTS, openLoader } from "./frames.js";

const WIDGET = "https://widget.test";

/** A host page with one of our frames, its top edge at a given height. */
function page(top = 10) {
  /** @type {any[]} */
  const heard = [];
  const inside = { postMessage: (/** @type {any} */ data) => heard.push(data) };
  /** @type {any} */
  const frame = {
    src: `${WIDGET}/w/dobro`,
    contentWindow: inside,
    style: { height: "640px" },
    /** @type {any[]} */ events: [],
    scrolled: 0,
    dispatchEvent: (/** @type {CustomEvent} */ sent) => frame.events.push([sent.type, sent.detail]),
    getBoundingClientRect: () => ({ top }),
    scrollIntoView: () => (frame.scrolled += 1),
  };
  /** @type {any} */
  const host = new EventTarget();
  host.document = { querySelectorAll: () => [{ src: "https://other.test/", contentWindow: {} }, frame] };
  const say = (/** @type {any} */ data, /** @type {any} */ source = inside, origin = WIDGET) =>
    host.dispatchEvent(Object.assign(new Event("message"), { data, source, origin }));
  openLoader(WIDGET, host, HEIGHTS);
  return { frame, host, say, heard };
}

const height = (/** @type {unknown} */ value) => ({ type: "igrajdanin:height", v: 1, height: value });

test("a frame gets the height of its content", () => {
  const { frame, say } = page();
  say(height(512.4));
  assert.equal(frame.style.height, "515px");
  assert.deepEqual(frame.events, [["igrajdanin:resize", { height: 512.4 }]]);
});

test("a frame that spoke before there was a loader is asked again, once", () => {
  const { host, heard } = page();
  openLoader(WIDGET, host, HEIGHTS);
  assert.deepEqual(heard, [{ type: "igrajdanin:hello", v: 1 }]);
});

test("a forged origin changes nothing", () => {
  const { frame, say } = page();
  say(height(512), undefined, "https://evil.test");
  say(height(512), {});
  assert.equal(frame.style.height, "640px");
  assert.deepEqual(frame.events, []);
});

test("absurd heights are refused", () => {
  for (const value of [0, -5, 1e9, NaN, Infinity, "512", null, undefined, {}]) {
    const { frame, say } = page();
    say(height(value));
    assert.equal(frame.style.height, "640px", String(value));
    assert.deepEqual(frame.events, []);
  }
});

test("unknown messages are ignored", () => {
  const { frame, say } = page();
  for (const data of [null, "x", 1, {}, { type: "other", v: 1 }, { type: "igrajdanin:height", v: 2, height: 500 }]) say(data);
  assert.deepEqual(frame.events, []);
});

test("pasted twice it works once", () => {
  const { frame, host, say } = page();
  openLoader(WIDGET, host, HEIGHTS);
  say({ type: "igrajdanin:ready", v: 1 });
  assert.deepEqual(frame.events, [["igrajdanin:ready", {}]]);
});

test("only a change of step below the reader's eyes moves the page", () => {
  const { frame, say } = page(-300);
  const step = (/** @type {string} */ name) => say({ type: "igrajdanin:step", v: 1, step: name });
  step("place");
  assert.equal(frame.scrolled, 0);
  step("category");
  step("category");
  assert.equal(frame.scrolled, 1);
});
