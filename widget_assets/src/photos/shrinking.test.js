import assert from "node:assert/strict";
import test from "node:test";
import { fitted, isFine } from "./shrinking.js";

test("the longer side fits and the shape stays", () => {
  assert.deepEqual(fitted(4000, 3000), { width: 1920, height: 1440 });
  assert.deepEqual(fitted(3000, 4000), { width: 1440, height: 1920 });
});

test("small pictures are never blown up", () => {
  assert.deepEqual(fitted(640, 480), { width: 640, height: 480 });
});

test("a line of a picture keeps one pixel", () => {
  assert.deepEqual(fitted(100_000, 2), { width: 1920, height: 1 });
});

test("small files of known kinds travel as they are", () => {
  assert.ok(isFine("image/jpeg", 300_000, 1600));
  assert.ok(!isFine("image/jpeg", 3_000_000, 1600));
  assert.ok(!isFine("image/heic", 300_000, 1600));
  assert.ok(!isFine("image/png", 300_000, 4000));
});
