import assert from "node:assert/strict";
import test from "node:test";
import { sender, targets } from "./messages.js";

const ALLOWED = ["https://dobro.test", "https://gorod.test:8443"];

test("the embedder itself is the only target where it is known", () => {
  assert.deepEqual(targets(ALLOWED, "https://dobro.test"), ["https://dobro.test"]);
});

test("an embedder that is not the partner hears nothing", () => {
  assert.deepEqual(targets(ALLOWED, "https://evil.test"), []);
});

test("where the browser does not tell, each origin is named exactly", () => {
  assert.deepEqual(targets(ALLOWED, undefined), ALLOWED);
});

test("a star is never a target", () => {
  assert.deepEqual(targets(["*", "https://*.test", "https://dobro.test/path", "null"], undefined), []);
});

test("a window of its own has nobody to tell", () => {
  /** @type {any} */
  const here = { location: {} };
  here.parent = here;
  sender(here, ALLOWED)("ready");
});

/** A window in a partner's page, and what that page heard. */
function embedded() {
  /** @type {any[]} */
  const heard = [];
  const parent = { postMessage: (/** @type {any[]} */ ...all) => heard.push(all) };
  /** @type {any} */
  const here = Object.assign(new EventTarget(), { location: { ancestorOrigins: ["https://dobro.test"] }, parent });
  const hear = (/** @type {any} */ data, /** @type {any} */ source = parent) =>
    here.dispatchEvent(Object.assign(new Event("message"), { data, source }));
  return { here, heard, hear };
}

test("a message says its version", () => {
  const { here, heard } = embedded();
  sender(here, ALLOWED)("height", { height: 5 });
  assert.deepEqual(heard, [[{ type: "igrajdanin:height", v: 1, height: 5 }, "https://dobro.test"]]);
});

test("a loader that comes late hears the newest of each kind, to the exact origin", () => {
  const { here, heard, hear } = embedded();
  const tell = sender(here, ALLOWED);
  tell("ready");
  tell("height", { height: 5 });
  tell("height", { height: 7 });
  heard.length = 0;
  hear({ type: "igrajdanin:hello", v: 1 });
  assert.deepEqual(heard, [
    [{ type: "igrajdanin:ready", v: 1 }, "https://dobro.test"],
    [{ type: "igrajdanin:height", v: 1, height: 7 }, "https://dobro.test"],
  ]);
});

test("nobody but the page around may ask again", () => {
  const { here, heard, hear } = embedded();
  sender(here, ALLOWED)("ready");
  hear({ type: "igrajdanin:hello", v: 1 }, {});
  hear({ type: "igrajdanin:hello", v: 2 });
  hear(null);
  assert.equal(heard.length, 1);
});
