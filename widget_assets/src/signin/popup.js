// The last page of the sign-in window: hands the answer to the window that opened it, and closes.
// Both are of one origin, so the target is exact. The address is cleaned first: a code has no place in a history.

const answer = new URLSearchParams(location.search);
history.replaceState(null, "", location.pathname);

const opener = /** @type {Window | null} */ (window.opener);
if (opener) {
  opener.postMessage(
    { type: "igrajdanin:signin", v: 1, code: answer.get("code"), state: answer.get("state"), error: answer.get("error") },
    location.origin,
  );
  window.close();
}
export {};
