import assert from "node:assert/strict";
import test from "node:test";
import { isSamePlace, read, written } from "./coordinates.js";

test("what is written is read back", () => {
  assert.equal(written({ lon: 38.77, lat: 55.08 }), "55.080000, 38.770000");
  assert.deepEqual(read("55.080000, 38.770000"), { lat: 55.08, lon: 38.77 });
});

test("people's ways of writing are read", () => {
  for (const words of ["55.08, 38.77", "55.08 38.77", " 55,08; 38,77 ", "55,08 38,77", "55.08° 38.77°", "55.08,38.77"]) {
    assert.deepEqual(read(words), { lat: 55.08, lon: 38.77 }, words);
  }
});

test("what is no place is refused", () => {
  for (const words of ["", "55.08", "ул. Ленина, 5", "91, 10", "10, 181", "55.08, 38.77, 1"]) {
    assert.equal(read(words), null, words);
  }
});

test("points a step apart differ", () => {
  assert.ok(isSamePlace({ lon: 38.77, lat: 55.08 }, { lon: 38.770001, lat: 55.080001 }));
  assert.ok(!isSamePlace({ lon: 38.77, lat: 55.08 }, { lon: 38.7701, lat: 55.08 }));
});
