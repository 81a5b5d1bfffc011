// Signing in from inside a partner's page: a window of its own, because no cookie of ours works in a frame.

import { button, node } from "../frame/nodes.js";
import { text } from "../frame/texts.js";
import { challengeOf, secret } from "./pkce.js";
import { bind, redeem } from "./provider.js";
import { after, authorizationUrl, outcome } from "./sign_in_machine.js";

/** @typedef {import("./sign_in_machine.js").State} State */
/** @typedef {import("./sign_in_machine.js").Step} Step */

const WINDOW = "popup,width=480,height=700";
const LOOK_MS = 800;

/**
 * `<sign-in-popup>`: its link becomes a button; where windows are blocked the link comes back.
 *
 * | attribute | meaning |
 * |---|---|
 * | data-issuer | the provider |
 * | data-authorize-url, data-token-url | its endpoints; by default /authorize and /token of the issuer |
 * | data-client-id, data-redirect-uri | who we are to the provider |
 * | data-identity-url | takes the access token for this draft |
 * | data-text-sign-in, -waiting, -finishing, -cancelled, -failed, -blocked | words |
 *
 * | event | when |
 * |---|---|
 * | sign-in-popup:done (bubbles) | the person is bound to the draft |
 * | shell:reload (bubbles) | right after it, so that the step is drawn anew |
 */
export class SignInPopup extends HTMLElement {
  #isOpen = false;
  /** @type {State} */
  #state = "preparing";
  #verifier = "";
  #secret = "";
  #address = "";
  /** @type {Window | null} */
  #window = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;
  #leaving = new AbortController();
  #said = node("p", { role: "status" });
  /** @type {HTMLButtonElement | null} */
  #pressed = null;

  connectedCallback() {
    if (this.#isOpen || !crypto.subtle) return; // without a secure context the link is the way
    this.#isOpen = true;
    const link = this.querySelector("a");
    this.#pressed = button(text(this, "sign-in") || (link?.textContent?.trim() ?? ""), "secondary with-icon sign-in", () => this.#click());
    if (link) link.hidden = true;
    this.append(this.#pressed, this.#said);
    window.addEventListener("message", (message) => void this.#hear(message), { signal: this.#leaving.signal });
    void this.#prepare();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearInterval(this.#looking);
  }

  /** The challenge takes a moment to compute, and a window may only be opened in the very moment of a click. */
  async #prepare() {
    this.#verifier = secret();
    this.#secret = secret();
    const { clientId = "", redirectUri = "", issuer = "", authorizeUrl = `${issuer}/authorize` } = this.dataset;
    const challenge = await challengeOf(this.#verifier);
    const language = document.documentElement.lang || "ru";
    this.#address = authorizationUrl({ authorizeUrl, clientId, redirectUri, challenge, state: this.#secret, language });
    this.#step("prepared");
  }

  #click() {
    if (this.#state === "open" && this.#window && !this.#window.closed) {
      this.#window.focus();
      return;
    }
    if (this.#state !== "ready") return;
    this.#window = window.open(this.#address, "_blank", WINDOW);
    if (!this.#window) {
      this.#say("blocked");
      this.#showLink();
      return;
    }
    this.#step("open");
    this.#say("waiting");
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  /** A window that is gone without a word was closed, or cut off by a policy: both end in another try. */
  #look() {
    if (!this.#window?.closed) return;
    clearInterval(this.#looking);
    if (this.#state !== "open") return;
    this.#say("cancelled");
    this.#step("prepare");
    void this.#prepare();
  }

  /** @param {MessageEvent} message */
  async #hear(message) {
    if (this.#state !== "open") return;
    const answer = outcome(message, { origin: location.origin, source: this.#window, state: this.#secret });
    if (!answer) return;
    clearInterval(this.#looking);
    if ("error" in answer) return this.#fail(answer.error === "access_denied" ? "cancelled" : "failed");
    this.#step("answer");
    this.#say("finishing");
    await this.#finish(answer.code);
    return undefined;
  }

  /** @param {string} code */
  async #finish(code) {
    const { issuer = "", tokenUrl = `${issuer}/token`, clientId = "", redirectUri = "", identityUrl = "" } = this.dataset;
    const { signal } = this.#leaving;
    try {
      const token = await redeem(tokenUrl, { code, verifier: this.#verifier, clientId, redirectUri }, signal);
      this.#step("redeem");
      await bind(identityUrl, token, signal);
      this.#step("bind");
    } catch {
      if (!signal.aborted) this.#fail("failed");
      return;
    }
    this.dispatchEvent(new CustomEvent("sign-in-popup:done", { bubbles: true }));
    this.dispatchEvent(new CustomEvent("shell:reload", { bubbles: true }));
  }

  /** @param {"cancelled" | "failed"} word */
  #fail(word) {
    this.#step("fail");
    this.#say(word);
    this.#step("prepare");
    void this.#prepare();
  }

  #showLink() {
    const link = this.querySelector("a");
    if (link) link.hidden = false;
  }

  /** @param {string} word */
  #say(word) {
    this.#said.textContent = text(this, word);
    const isCalm = word === "waiting" || word === "finishing";
    this.#said.className = isCalm || !this.#said.textContent ? "hint" : "notice warning";
  }

  /** @param {Step} step */
  #step(step) {
    this.#state = after(this.#state, step);
    this.dataset.state = this.#state;
    this.#pressed?.toggleAttribute("aria-busy", false);
    if (["redeeming", "binding"].includes(this.#state)) this.#pressed?.setAttribute("aria-busy", "true");
  }
}
