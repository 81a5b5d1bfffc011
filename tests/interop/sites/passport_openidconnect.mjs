// passport-openidconnect: sends no PKCE, and its secret in the body whatever it was registered with.
import Strategy from "passport-openidconnect";
import { CALLBACK, CLIENT_ID, CLIENT_SECRET, ISSUER, SCOPE, SIGNED_OUT, serve } from "./acts.mjs";

const session = {};
const strategy = new Strategy(
  {
    issuer: ISSUER,
    authorizationURL: `${ISSUER}/authorize`,
    tokenURL: `${ISSUER}/token`,
    userInfoURL: `${ISSUER}/userinfo`,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    callbackURL: CALLBACK,
    scope: SCOPE.replace("openid ", ""),
    nonce: true,
    skipUserProfile: false,
  },
  (issuer, profile, context, idToken, accessToken, refreshToken, done) =>
    done(null, { profile, idToken, accessToken, refreshToken }),
);
let idToken;

// What Passport does around a strategy: the strategy answers by calling one of these.
function authenticate(query) {
  return new Promise((resolve, reject) => {
    const attempt = Object.create(strategy);
    attempt.redirect = resolve;
    attempt.success = resolve;
    attempt.error = reject;
    attempt.fail = (challenge) => reject(new Error(JSON.stringify(challenge)));
    attempt.authenticate({ query, session, headers: {}, body: {} }, {});
  });
}

serve({
  login: () => authenticate({}),
  async callback(url) {
    const user = await authenticate(Object.fromEntries(url.searchParams));
    idToken = user.idToken;
    const claims = JSON.parse(Buffer.from(idToken.split(".")[1], "base64url").toString());
    const { profile } = user;
    const userinfo = { sub: profile.id, name: profile.displayName, email: profile.emails[0].value };
    return { tokens: { refresh_token: user.refreshToken }, claims, userinfo };
  },
  logout() {
    const url = new URL(`${ISSUER}/logout`);
    url.search = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: SIGNED_OUT });
    return url;
  },
});
