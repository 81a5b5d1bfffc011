// The pairs of tokens that carry text or controls, held to WCAG 2.2 (1.4.3 and 1.4.11) in both schemes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const CSS = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const GROUNDS = ["surface", "ground", "sunken"];
const TEXT = [
  ...GROUNDS.flatMap((ground) => ["ink", "quiet", "accent", "danger"].map((ink) => [ink, ground])),
  ...["accent", "good", "warning", "danger"].flatMap((tone) => [
    [tone, `${tone}-soft`],
    ["ink", `${tone}-soft`],
  ]),
  ["accent-strong", "surface"],
  ["quiet", "accent-soft"],
  ["accent", "warning-soft"],
  ["accent", "danger-soft"],
  ["accent", "good-soft"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["map-label", "map-land"],
  ["map-label", "map-town"],
];
const CONTROLS = [
  ...GROUNDS.map((ground) => ["edge", ground]),
  ...GROUNDS.map((ground) => ["accent", ground]),
  ["accent", "map-land"],
  ["accent", "map-town"],
];

/**
 * The colours of a block of declarations.
 * @param {string} selector
 * @returns {Map<string, string>}
 */
function tokens(selector) {
  const block = CSS.slice(CSS.indexOf(`${selector} {`)).split("}")[0];
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

/** @param {string} colour @returns {number} relative luminance, 0 to 1 */
function luminance(colour) {
  const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} a @param {string} b @returns {number} 1 to 21 */
function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05);
}

const SCHEMES = { light: tokens("\nbody"), dark: tokens('body[data-theme="dark"]') };

for (const [scheme, colours] of Object.entries(SCHEMES)) {
  for (const [pairs, least] of /** @type {const} */ ([[TEXT, 4.5], [CONTROLS, 3]])) {
    test(`pairs keep ${least} : 1, ${scheme}`, () => {
      const weak = pairs
        .map(([front, back]) => ({ pair: `${front} on ${back}`, ratio: contrast(colours.get(front) ?? "", colours.get(back) ?? "") }))
        .filter(({ ratio }) => !(ratio >= least));
      assert.deepEqual(weak, []);
    });
  }
}

test("dark by setting and dark by choice are the same", () => {
  assert.deepEqual(tokens('body:not([data-theme="light"])'), SCHEMES.dark);
  assert.deepEqual([...SCHEMES.light.keys()], [...SCHEMES.dark.keys()]);
  assert.ok(SCHEMES.light.size >= 20);
});

test("black on white is 21 to 1", () => {
  assert.equal(Math.round(contrast("#000000", "#ffffff")), 21);
});
