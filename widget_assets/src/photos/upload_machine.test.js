import assert from "node:assert/strict";
import test from "node:test";
import { after, isUnderWay, pauseAfter, verdict } from "./upload_machine.js";

/** @param {readonly import("./upload_machine.js").Step[]} steps */
const life = (...steps) => steps.reduce(after, /** @type {import("./upload_machine.js").State} */ ("waiting"));

test("a photo is shrunk, sent and accepted", () => {
  assert.equal(life("shrink", "send", "accept"), "done");
});

test("a lost photo rests, then fails, then may be tried again", () => {
  assert.equal(life("shrink", "send", "rest", "send", "lose", "retry"), "waiting");
});

test("a refused photo can only be forgotten", () => {
  const refused = life("shrink", "send", "refuse");
  assert.throws(() => after(refused, "retry"));
  assert.equal(after(refused, "forget"), "removed");
});

test("a removal that failed keeps the photo", () => {
  assert.equal(life("shrink", "send", "accept", "remove", "keep"), "done");
});

test("impossible steps are refused", () => {
  assert.throws(() => life("send"));
  assert.throws(() => life("accept"));
  assert.throws(() => after("removed", "retry"));
});

test("only photos on their way hold the form", () => {
  assert.ok(isUnderWay("resting"));
  assert.ok(!isUnderWay("failed"));
});

test("pauses grow and end", () => {
  assert.deepEqual([1, 2, 3, 4].map((tries) => pauseAfter(tries, 0.5)), [1_000, 3_000, 8_000, null]);
  assert.equal(pauseAfter(1, 0), 750);
});

test("only what may change is tried again", () => {
  assert.deepEqual([201, 0, 503, 429, 413, 415].map(verdict), ["accept", "again", "again", "again", "refuse", "refuse"]);
});
