import assert from "node:assert/strict";
import test from "node:test";
import { after, authorizationUrl, outcome } from "./sign_in_machine.js";

const popup = {};
const expected = { origin: "https://widget.test", source: popup, state: "s1" };
const answer = { type: "igrajdanin:signin", v: 1, code: "c1", state: "s1", error: null };
const message = (/** @type {object} */ change = {}) => ({ origin: expected.origin, source: popup, data: answer, ...change });

test("the answer of our window is believed", () => {
  assert.deepEqual(outcome(message(), expected), { code: "c1" });
});

test("a forged origin is ignored", () => {
  assert.equal(outcome(message({ origin: "https://evil.test" }), expected), null);
});

test("another window of our origin is ignored", () => {
  assert.equal(outcome(message({ source: {} }), expected), null);
});

test("a replayed answer of another sign-in is ignored", () => {
  assert.equal(outcome(message({ data: { ...answer, state: "s0" } }), expected), null);
});

test("unknown shapes are ignored", () => {
  for (const data of [null, "x", 1, {}, { ...answer, v: 2 }, { ...answer, type: "other" }]) {
    assert.equal(outcome(message({ data }), expected), null);
  }
});

test("a refusal is an outcome", () => {
  const data = { ...answer, code: null, error: "access_denied" };
  assert.deepEqual(outcome(message({ data }), expected), { error: "access_denied" });
  assert.deepEqual(outcome(message({ data: { ...answer, code: "" } }), expected), { error: "no_code" });
});

test("a window closed by hand can be opened again", () => {
  assert.equal(after(after(after("ready", "open"), "prepare"), "prepared"), "ready");
});

test("a code is redeemed once", () => {
  const redeeming = after("open", "answer");
  assert.throws(() => after(redeeming, "answer"));
  assert.throws(() => after("done", "prepare"));
});

test("the address carries the challenge and never the verifier", () => {
  const url = new URL(
    authorizationUrl({
      authorizeUrl: "https://id.test/authorize",
      clientId: "widget",
      redirectUri: "https://widget.test/signin/popup-callback",
      challenge: "abc",
      state: "s1",
      language: "ru",
    }),
  );
  assert.equal(url.searchParams.get("code_challenge_method"), "S256");
  assert.equal(url.searchParams.get("code_challenge"), "abc");
  assert.equal(url.searchParams.get("response_type"), "code");
  assert.ok(!url.searchParams.has("code_verifier"));
});
