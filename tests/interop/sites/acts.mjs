// Serves what a library does as pages: the same acts at the same paths for every library in JavaScript.
import { createServer } from "node:http";

export const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE } = process.env;
export const CALLBACK = `${SITE}/callback`;
export const SIGNED_OUT = `${SITE}/signed-out`;
export const SCOPE = "openid profile email offline_access";

// `library` has login() and logout() giving an address, callback(url) and refresh() giving what was learnt
// as { tokens, claims, userinfo }, and revoke() giving the status of the answer.
export function serve(library) {
  const told = {};
  const acts = {
    "/": () => told,
    "/login": async () => new URL(await library.login()),
    "/callback": async (url) => back(Object.assign(told, await library.callback(url))),
    "/refresh": async () => back(Object.assign(told, await library.refresh())),
    "/revoke": async () => ({ status: await library.revoke() }),
    "/logout": async () => new URL(await library.logout()),
    "/signed-out": (url) => ({ state: url.searchParams.get("state") }),
  };
  createServer(async (request, response) => {
    const url = new URL(request.url, SITE);
    try {
      const answer = await acts[url.pathname](url);
      if (answer instanceof URL) response.writeHead(302, { location: answer.href }).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    } catch (error) {
      console.error(error);
      response.writeHead(500, { "content-type": "text/plain" }).end(String(error));
    }
  }).listen(Number(process.env.PORT), "127.0.0.1");
}

function back() {
  return new URL(SITE);
}
