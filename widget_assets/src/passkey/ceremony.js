// The two ceremonies of the Web Authentication API, between the server's JSON and the browser's bytes.
// Browsers can convert both by themselves by now, but not all that people have.

/**
 * What the server asks, in JSON (Web Authentication Level 3 §5.4, §5.5): every `id` and the challenge are base64url.
 * @typedef {{ type: "public-key", id: string, transports?: AuthenticatorTransport[] }} Described
 * @typedef {{ challenge: string, user?: { id: string, name: string, displayName: string },
 *   allowCredentials?: Described[], excludeCredentials?: Described[] } & Record<string, unknown>} Options
 */

/**
 * The server's options as the browser takes them.
 * @param {Options} options
 * @returns {Record<string, unknown>}
 */
export function fromServer(options) {
  const { challenge, user, allowCredentials, excludeCredentials, ...rest } = options;
  return {
    ...rest,
    challenge: bytes(challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(allowCredentials && { allowCredentials: allowCredentials.map(described) }),
    ...(excludeCredentials && { excludeCredentials: excludeCredentials.map(described) }),
  };
}

/**
 * The browser's answer as the server reads it (Web Authentication Level 3 §5.1.8).
 * @param {PublicKeyCredential} credential
 * @returns {string}
 */
export function toServer(credential) {
  const { response } = credential;
  return JSON.stringify({
    id: credential.id,
    rawId: base64url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      ...("attestationObject" in response ? attestation(/** @type {AuthenticatorAttestationResponse} */ (response)) : assertion(response)),
    },
  });
}

/**
 * @param {AuthenticatorAttestationResponse} response
 * @returns {Record<string, unknown>}
 */
function attestation(response) {
  return { attestationObject: base64url(response.attestationObject), transports: response.getTransports?.() ?? [] };
}

/**
 * @param {AuthenticatorResponse} response
 * @returns {Record<string, unknown>}
 */
function assertion(response) {
  const { authenticatorData, signature, userHandle } = /** @type {AuthenticatorAssertionResponse} */ (response);
  return {
    authenticatorData: base64url(authenticatorData),
    signature: base64url(signature),
    userHandle: userHandle ? base64url(userHandle) : undefined,
  };
}

/** @param {Described} one */
function described(one) {
  return { ...one, id: bytes(one.id) };
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {string}
 */
export function base64url(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
