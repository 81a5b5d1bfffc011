// The life of one sign-in, and whose message may move it on.

/** @typedef {"preparing" | "ready" | "open" | "redeeming" | "binding" | "done" | "failed"} State */
/** @typedef {"prepare" | "prepared" | "open" | "answer" | "redeem" | "bind" | "fail"} Step */
/** @typedef {{code: string} | {error: string}} Outcome */

/** @type {Readonly<Record<State, Partial<Record<Step, State>>>>} */
const AFTER = {
  preparing: { prepared: "ready", fail: "failed" },
  ready: { open: "open", prepare: "preparing" },
  open: { answer: "redeeming", prepare: "preparing", fail: "failed" },
  redeeming: { redeem: "binding", fail: "failed" },
  binding: { bind: "done", fail: "failed" },
  failed: { prepare: "preparing" },
  done: {},
};

/**
 * @param {State} state
 * @param {Step} step
 * @returns {State}
 */
export function after(state, step) {
  const next = AFTER[state][step];
  if (!next) throw new Error(`a sign-in that is ${state} cannot ${step}`);
  return next;
}

/**
 * What a message says, if it is the answer we wait for: of our origin, of our window, with our state.
 * @param {{origin: string, source: unknown, data: any}} message
 * @param {{origin: string, source: unknown, state: string}} expected
 * @returns {Outcome | null}
 */
export function outcome(message, expected) {
  if (message.origin !== expected.origin || message.source !== expected.source) return null;
  const { data } = message;
  if (data?.type !== "igrajdanin:signin" || data.v !== 1 || data.state !== expected.state) return null;
  if (typeof data.code === "string" && data.code) return { code: data.code };
  return { error: typeof data.error === "string" && data.error ? data.error : "no_code" };
}

/**
 * The address the window opens (RFC 6749 §4.1.1, RFC 7636 §4.3).
 * @param {{authorizeUrl: string, clientId: string, redirectUri: string, challenge: string, state: string, language: string}} request
 * @returns {string}
 */
export function authorizationUrl({ authorizeUrl, clientId, redirectUri, challenge, state, language }) {
  const url = new URL(authorizeUrl);
  const facts = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: "openid email profile",
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
    ui_locales: language,
  };
  for (const [name, value] of Object.entries(facts)) url.searchParams.set(name, value);
  return url.href;
}
