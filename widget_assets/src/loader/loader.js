// Pasted beside the iframe by a partner, and optional: gives the iframe the height of its content and
// tells the page what happens in it. A classic script that runs under
// `default-src 'none'; script-src W; frame-src W; require-trusted-types-for 'script'`:
// no styles, no markup, no eval, nothing stored, no timers. Pasted twice it works once.
//
// Events on the iframe: igrajdanin:ready, igrajdanin:step {step}, igrajdanin:submitted
// {number, status_url}, igrajdanin:resize {height}.
import { HEIGHTS, openLoader } from "./frames.js";

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
if (script) openLoader(new URL(script.src).origin, window, HEIGHTS);
