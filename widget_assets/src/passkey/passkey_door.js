// Passkeys on the provider's pages: the form goes to the server as any other, only its answer comes from a device.

import { fromServer, toServer } from "./ceremony.js";

/** @typedef {import("./ceremony.js").Options} Options */

const RENEW_MS = 4 * 60 * 1000; // the server takes a challenge for five minutes

/**
 * `<passkey-door>`: hidden until the browser is known to have passkeys; its form then asks the device.
 *
 * | attribute | meaning |
 * |---|---|
 * | data-ceremony | "create" for a new passkey, "get" for proving one |
 * | data-challenge-url | gives the options; asked with the form's own fields |
 * | data-autofill | also offers passkeys among the suggestions of the page's fields |
 * | data-text-failed | said when the device does not answer |
 */
export class PasskeyDoor extends HTMLElement {
  #leaving = new AbortController();
  /** @type {AbortController | null} */
  #asking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #renewing;
  #isPressed = false;

  connectedCallback() {
    const form = this.querySelector("form");
    if (!form || typeof PublicKeyCredential === "undefined") return; // without one the password is the way
    this.hidden = false;
    form.addEventListener("submit", (event) => void this.#submit(event, form), { signal: this.#leaving.signal });
    if ("autofill" in this.dataset) void this.#offer(form);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#stop();
  }

  /**
   * @param {Event} event
   * @param {HTMLFormElement} form
   */
  async #submit(event, form) {
    event.preventDefault();
    this.#say("");
    this.#isPressed = true; // from now on no suggestion may take the question back
    const button = form.querySelector("button");
    button?.setAttribute("aria-busy", "true");
    try {
      await this.#ask(form);
    } catch {
      this.#isPressed = false;
      if (!this.#leaving.signal.aborted) this.#say(this.dataset.textFailed ?? "");
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  /**
   * Offers passkeys among the suggestions of the login field; begins anew before the challenge is too old.
   * @param {HTMLFormElement} form
   */
  async #offer(form) {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || this.#isPressed) return;
    this.#renewing = setTimeout(() => void this.#offer(form), RENEW_MS);
    try {
      await this.#ask(form, "conditional");
    } catch {
      // Nobody chose one, or the button was pressed instead.
    }
  }

  /**
   * Asks the device and sends its answer; a question that is still open is taken back.
   * @param {HTMLFormElement} form
   * @param {CredentialMediationRequirement} [mediation]
   */
  async #ask(form, mediation) {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    if (!mediation) clearTimeout(this.#renewing);
    const publicKey = /** @type {any} */ (fromServer(await this.#options(form, asking.signal)));
    const { signal } = asking;
    const answer =
      this.dataset.ceremony === "create"
        ? await navigator.credentials.create({ publicKey, signal })
        : await navigator.credentials.get({ publicKey, signal, ...(mediation && { mediation }) });
    const field = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("credential"));
    if (!field || !answer) throw new Error("no answer");
    field.value = toServer(/** @type {PublicKeyCredential} */ (answer));
    form.submit();
  }

  /**
   * @param {HTMLFormElement} form
   * @param {AbortSignal} signal
   * @returns {Promise<Options>}
   */
  async #options(form, signal) {
    const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const response = await fetch(this.dataset.challengeUrl ?? "", { method: "POST", body: new URLSearchParams(fields), signal });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }

  #stop() {
    this.#asking?.abort();
    clearTimeout(this.#renewing);
  }

  /** @param {string} words */
  #say(words) {
    const said = /** @type {HTMLElement | null} */ (this.querySelector("[role=status]"));
    if (!said) return;
    said.textContent = words;
    said.hidden = !words;
  }
}
