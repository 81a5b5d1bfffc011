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

test("a message says its version", () => {
  /** @type {any[]} */
  const heard = [];
  /** @type {any} */
  const here = { location: { ancestorOrigins: ["https://dobro.test"] }, parent: { postMessage: (/** @type {any[]} */ ...all) => heard.push(all) } };
  sender(here, ALLOWED)("height", { height: 5 });
  assert.deepEqual(heard, [[{ type: "igrajdanin:height", v: 1, height: 5 }, "https://dobro.test"]]);
});
