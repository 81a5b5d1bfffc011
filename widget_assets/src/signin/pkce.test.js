import assert from "node:assert/strict";
import test from "node:test";
import { challengeOf, secret } from "./pkce.js";

test("the challenge is that of RFC 7636, appendix B", async () => {
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  assert.equal(await challengeOf(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("secrets differ and are long enough", () => {
  const [one, other] = [secret(), secret()];
  assert.notEqual(one, other);
  assert.match(one, /^[\w-]{43}$/);
});
