import assert from "node:assert/strict";
import test from "node:test";
import { Latest } from "./waiting.js";

const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

test("only the newest task runs", async () => {
  const latest = new Latest(5);
  /** @type {string[]} */
  const ran = [];
  latest.plan(async () => void ran.push("a"));
  latest.plan(async () => void ran.push("b"));
  await pause(30);
  assert.deepEqual(ran, ["b"]);
});

test("a new task aborts the running one", async () => {
  const latest = new Latest(1);
  /** @type {AbortSignal | undefined} */
  let first;
  latest.plan(async (signal) => {
    first = signal;
    await pause(50);
    signal.throwIfAborted();
  });
  await pause(20);
  latest.plan(async () => {});
  assert.equal(first?.aborted, true);
  await pause(60);
});
