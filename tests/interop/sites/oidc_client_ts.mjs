// oidc-client-ts: what single-page applications use; here outside of a browser, with a secret of its own.
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from "oidc-client-ts";
import { CALLBACK, CLIENT_ID, CLIENT_SECRET, ISSUER, SCOPE, SIGNED_OUT, serve } from "./acts.mjs";

const client = new OidcClient({
  authority: ISSUER,
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET, // sent in the body, whatever the client was registered with
  redirect_uri: CALLBACK,
  post_logout_redirect_uri: SIGNED_OUT,
  scope: SCOPE,
  loadUserInfo: true,
  stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});
let signedIn;

function told(answer) {
  signedIn = answer;
  const tokens = {
    access_token: answer.access_token,
    refresh_token: answer.refresh_token,
    id_token: answer.id_token,
  };
  const claims = JSON.parse(Buffer.from(answer.id_token.split(".")[1], "base64url").toString());
  return { tokens, claims, userinfo: answer.profile };
}

serve({
  async login() {
    return (await client.createSigninRequest({})).url;
  },
  async callback(url) {
    return told(await client.processSigninResponse(url.href));
  },
  async refresh() {
    const { refresh_token, id_token, session_state, scope, profile } = signedIn;
    const state = { refresh_token, id_token, session_state, scope, profile, data: undefined };
    const answer = await client.useRefreshToken({ state, timeoutInSeconds: 10 });
    return told(Object.assign(answer, { profile: answer.profile ?? profile }));
  },
  async revoke() {
    await client.revokeToken(signedIn.refresh_token, "refresh_token");
    return 200;
  },
  async logout() {
    return (await client.createSignoutRequest({ id_token_hint: signedIn.id_token })).url;
  },
});
