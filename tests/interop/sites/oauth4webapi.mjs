// oauth4webapi: the strict low-level library beneath openid-client and Auth.js; pushes its request first.
import * as oauth from "oauth4webapi";
import { CALLBACK, CLIENT_ID, CLIENT_SECRET, ISSUER, SCOPE, SIGNED_OUT, serve } from "./acts.mjs";

const issuer = new URL(ISSUER);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
const client = process.env.INITIAL_TOKEN
  ? await register(process.env.INITIAL_TOKEN)
  : { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
const proof = oauth.ClientSecretBasic(client.client_secret);
let login, tokens;

// RFC 7591: with a token of the operator the site registers itself.
async function register(initialAccessToken) {
  const metadata = {
    client_name: "A program that came by itself",
    application_type: "native", // of this machine: a web site must be at https
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: [SIGNED_OUT],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "client_secret_basic",
    scope: SCOPE,
  };
  const response = await oauth.dynamicClientRegistrationRequest(server, metadata, { initialAccessToken });
  return oauth.processDynamicClientRegistrationResponse(response);
}

async function told(response) {
  tokens = { ...tokens, ...response };
  await expectActive(tokens.access_token, true);
  const claims = oauth.getValidatedIdTokenClaims(response) ?? oauth.getValidatedIdTokenClaims(tokens);
  const answer = await oauth.userInfoRequest(server, client, tokens.access_token);
  return { client_id: client.client_id, tokens, claims, userinfo: await oauth.processUserInfoResponse(server, client, claims.sub, answer) };
}

async function expectActive(token, active) {
  const response = await oauth.introspectionRequest(server, client, proof, token);
  const answer = await oauth.processIntrospectionResponse(server, client, response);
  if (answer.active !== active) throw new Error(`active is ${answer.active}`);
}

serve({
  async login() {
    login = {
      verifier: oauth.generateRandomCodeVerifier(),
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
    };
    const request = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: CALLBACK,
      response_type: "code",
      scope: SCOPE,
      state: login.state,
      nonce: login.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: "S256",
    });
    const response = await oauth.pushedAuthorizationRequest(server, client, proof, request);
    const pushed = await oauth.processPushedAuthorizationResponse(server, client, response);
    const url = new URL(server.authorization_endpoint);
    url.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri });
    return url;
  },
  async callback(url) {
    const answer = oauth.validateAuthResponse(server, client, url, login.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server, client, proof, answer, CALLBACK, login.verifier,
    );
    return told(
      await oauth.processAuthorizationCodeResponse(server, client, response, {
        expectedNonce: login.nonce,
        requireIdToken: true,
      }),
    );
  },
  async refresh() {
    const response = await oauth.refreshTokenGrantRequest(server, client, proof, tokens.refresh_token);
    return told(await oauth.processRefreshTokenResponse(server, client, response));
  },
  async revoke() {
    const response = await oauth.revocationRequest(server, client, proof, tokens.refresh_token);
    await oauth.processRevocationResponse(response);
    await expectActive(tokens.access_token, false);
    return response.status;
  },
  logout() {
    const url = new URL(server.end_session_endpoint);
    url.search = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: SIGNED_OUT });
    return url;
  },
});
