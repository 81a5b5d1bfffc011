import assert from "node:assert/strict";
import test from "node:test";
import { isAlike, matching, wordsOf } from "./matching.js";

const ITEMS = [
  ["pothole", "Яма на дороге выбоина колдобина асфальт"],
  ["light", "Не горит фонарь освещение свет лампа"],
  ["waste", "Мусор не вывозят контейнер бак свалка"],
  ["tree", "Упало дерево ёлка ветка"],
].map(([item, text]) => ({ item, words: wordsOf(text) }));

const found = (/** @type {string} */ query) => [...matching(query, ITEMS)];

test("forms of a word find the same category", () => {
  for (const query of ["яма", "выбоины", "выбоину", "дорога", "дорожный", "асфальта"]) {
    assert.deepEqual(found(query), ["pothole"], query);
  }
});

test("the beginning of a word is enough", () => {
  assert.deepEqual(found("фон"), ["light"]);
  assert.deepEqual(found("елк"), ["tree"]);
});

test("every word narrows the answer", () => {
  assert.deepEqual(found("мусор контейнеры"), ["waste"]);
});

test("words that agree with nothing fall back to those that do", () => {
  assert.deepEqual(found("большая яма"), ["pothole"]);
});

test("small words and case say nothing", () => {
  assert.deepEqual(found("ФОНАРЬ на у"), ["light"]);
});

test("words with another root differ", () => {
  assert.ok(!isAlike("контроль", "контейнер"));
  assert.deepEqual(found("собака"), []);
});
