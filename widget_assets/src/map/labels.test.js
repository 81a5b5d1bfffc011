import assert from "node:assert/strict";
import test from "node:test";
import { shortName, shown } from "./labels.js";

const at = (/** @type {number} */ x, /** @type {number} */ y, name = "Коломна", kind = "city") => ({ x, y, name, kind });

test("a name under another is left out", () => {
  const [town, near, far] = [at(0, 0), at(10, 10, "Голутвин"), at(0, 200, "Щурово")];
  assert.deepEqual(shown([town, near, far], 13), [town, far]);
});

test("streets are named only from near", () => {
  const street = at(0, 0, "улица Шилова", "street");
  assert.deepEqual(shown([street], 13), []);
  assert.deepEqual(shown([street], 15), [street]);
});

test("a name is its first part", () => {
  assert.equal(shortName("улица Шилова, Коломна"), "улица Шилова");
  assert.equal(shortName("Коломна"), "Коломна");
});
