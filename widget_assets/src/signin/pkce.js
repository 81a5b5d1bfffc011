// Proof Key for Code Exchange (RFC 7636): the code is worth nothing without the verifier, which never leaves us.

const BYTES = 32;

/**
 * A secret nobody can guess, in 43 characters that a URL carries as they are (RFC 7636 §4.1).
 * @returns {string}
 */
export function secret() {
  return base64url(crypto.getRandomValues(new Uint8Array(BYTES)));
}

/**
 * The S256 challenge of a verifier (RFC 7636 §4.2).
 * @param {string} verifier
 * @returns {Promise<string>}
 */
export async function challengeOf(verifier) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
