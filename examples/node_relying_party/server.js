// A site that signs people in with iGrajdanin: Node's own web server and openid-client, nothing else.
// Copy what lies between `discovery` and the table of routes.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import * as oidc from "openid-client";

const {
  ISSUER = "http://id.igrajdanin.localhost:8000",
  CLIENT_ID = "node-example",
  CLIENT_SECRET,
  SITE = "http://localhost:3000",
  PORT = "3000",
} = process.env;

const provider = await oidc.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  {},
  CLIENT_SECRET ? oidc.ClientSecretBasic(CLIENT_SECRET) : oidc.None(),
  { execute: ISSUER.startsWith("http:") ? [oidc.allowInsecureRequests] : [] }, // plain http: the demo only
);
oidc.enableNonRepudiationChecks(provider); // check signatures of ID tokens too

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; form-action 'self' ${ISSUER}`,
};
const sessions = new Map(); // of one process; a site with more keeps them in its database

async function login(session) {
  Object.assign(session, {
    verifier: oidc.randomPKCECodeVerifier(),
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
  });
  return oidc.buildAuthorizationUrl(provider, {
    redirect_uri: `${SITE}/callback`,
    scope: "openid profile email offline_access",
    code_challenge: await oidc.calculatePKCECodeChallenge(session.verifier),
    code_challenge_method: "S256",
    state: session.state,
    nonce: session.nonce,
  });
}

async function callback(session, url) {
  const tokens = await oidc.authorizationCodeGrant(provider, url, {
    pkceCodeVerifier: session.verifier,
    expectedState: session.state,
    expectedNonce: session.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const profile = await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub);
  Object.assign(session, { tokens, claims, profile });
  rename(session); // an id that somebody planted before the sign-in is worth nothing after it
  return "/";
}

async function refresh(session) {
  const fresh = await oidc.refreshTokenGrant(provider, session.tokens.refresh_token);
  session.tokens = { ...session.tokens, ...fresh }; // the refresh token is a new one each time
  session.profile = await oidc.fetchUserInfo(provider, fresh.access_token, session.claims.sub);
  return "/";
}

async function logout(session) {
  const hint = session.tokens.id_token;
  sessions.delete(session.id);
  return oidc.buildEndSessionUrl(provider, {
    id_token_hint: hint,
    post_logout_redirect_uri: `${SITE}/signed-out`,
  });
}

const routes = {
  "GET /login": login,
  "GET /callback": callback,
  "POST /refresh": refresh,
  "POST /logout": logout,
  "GET /signed-out": () => "/",
};

createServer(async (request, response) => {
  const url = new URL(request.url, SITE);
  const session = sessionOf(request);
  const route = routes[`${request.method} ${url.pathname}`];
  try {
    if (route) {
      const location = String(await route(session, url));
      response.writeHead(303, { location, "set-cookie": cookie(session) }).end();
    } else {
      response.writeHead(url.pathname === "/" ? 200 : 404, { ...headers, "set-cookie": cookie(session) });
      response.end(page(session));
    }
  } catch (error) {
    console.error(error.code ?? error.name, error.message); // the person is told to try again, the log why
    response.writeHead(502, headers);
    response.end(frame("<h1>Войти не получилось</h1><p><a href=/login>Попробовать ещё раз</a></p>"));
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log(`Откройте ${SITE}`));

function sessionOf(request) {
  const id = /(?:^|; )node-example=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  return sessions.get(id) ?? rename({});
}

function rename(session) {
  sessions.delete(session.id);
  session.id = randomUUID();
  sessions.set(session.id, session);
  return session;
}

function cookie({ id }) {
  return `node-example=${id}; Path=/; HttpOnly; SameSite=Lax${SITE.startsWith("https:") ? "; Secure" : ""}`;
}

function page({ claims, profile }) {
  if (!profile) return frame("<h1>Пример на Node</h1><p><a id=login href=/login>Войти через «Гражданин»</a></p>");
  const told = escape(JSON.stringify({ claims, userinfo: profile }, null, 2));
  const button = (path, text) => `<form method=post action=/${path} id=${path}-form><button>${text}</button></form>`;
  return frame(
    `<h1>Здравствуйте, ${escape(profile.name ?? profile.sub)}</h1><pre id=told>${told}</pre>` +
      button("refresh", "Обновить сведения") + button("logout", "Выйти"),
  );
}

function frame(body) {
  return `<!doctype html><html lang=ru><meta name=viewport content="width=device-width">` +
    `<title>Пример на Node</title><body>${body}`;
}

function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
