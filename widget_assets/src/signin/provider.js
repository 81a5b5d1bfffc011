// What the sign-in asks over the network: the code for a token, then the token for the person of this draft.

/**
 * @param {string} address of the token endpoint
 * @param {{code: string, verifier: string, clientId: string, redirectUri: string}} grant
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the access token, which its caller keeps in memory alone
 */
export async function redeem(address, { code, verifier, clientId, redirectUri }, signal) {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    client_id: clientId,
    code_verifier: verifier,
  });
  const response = await fetch(address, { method: "POST", body, credentials: "omit", signal });
  const answer = await response.json();
  if (!response.ok || typeof answer.access_token !== "string") throw new Error(String(answer.error ?? response.status));
  return answer.access_token;
}

/**
 * @param {string} address of the draft's identity
 * @param {string} token
 * @param {AbortSignal} signal
 */
export async function bind(address, token, signal) {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(address, { method: "POST", headers, credentials: "omit", signal });
  if (!response.ok) throw new Error(`identity: ${response.status}`);
}
