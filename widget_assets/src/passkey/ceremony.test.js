import assert from "node:assert/strict";
import test from "node:test";
import { base64url, bytes, fromServer, toServer } from "./ceremony.js";

/** @param {number[]} values */
const buffer = (...values) => new Uint8Array(values).buffer;

test("base64url comes back as it went, at every length", () => {
  for (const values of [[], [255], [251, 255], [0, 16, 131], [62, 63, 64, 65]]) {
    assert.deepEqual([...bytes(base64url(buffer(...values)))], values);
  }
  assert.equal(base64url(buffer(251, 255)), "-_8");
});

test("options for a new passkey become bytes, the rest stays", () => {
  const made = fromServer({
    challenge: "AQI",
    user: { id: "Aw", name: "anna", displayName: "Анна" },
    excludeCredentials: [{ type: "public-key", id: "BA", transports: ["usb"] }],
    attestation: "none",
  });
  assert.deepEqual(made, {
    challenge: bytes("AQI"),
    user: { id: bytes("Aw"), name: "anna", displayName: "Анна" },
    excludeCredentials: [{ type: "public-key", id: bytes("BA"), transports: ["usb"] }],
    attestation: "none",
  });
});

test("options for signing in name no user", () => {
  assert.deepEqual(fromServer({ challenge: "AQI", rpId: "id.test" }), { challenge: bytes("AQI"), rpId: "id.test" });
});

test("a new passkey tells how it can be reached", () => {
  const response = { clientDataJSON: buffer(1), attestationObject: buffer(2), getTransports: () => ["internal"] };
  const sent = JSON.parse(toServer(credential(response)));
  assert.deepEqual(sent.response, { clientDataJSON: "AQ", attestationObject: "Ag", transports: ["internal"] });
  assert.equal(sent.rawId, "CQ");
});

test("a sign-in tells whose passkey it is, where the device knows", () => {
  const response = { clientDataJSON: buffer(1), authenticatorData: buffer(2), signature: buffer(3), userHandle: buffer(4) };
  assert.equal(JSON.parse(toServer(credential(response))).response.userHandle, "BA");
  assert.equal(JSON.parse(toServer(credential({ ...response, userHandle: null }))).response.userHandle, undefined);
});

/**
 * @param {object} response
 * @returns {PublicKeyCredential}
 */
function credential(response) {
  return /** @type {any} */ ({ id: "CQ", rawId: buffer(9), type: "public-key", authenticatorAttachment: null, response });
}
