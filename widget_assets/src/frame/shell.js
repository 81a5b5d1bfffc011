// The shell turns the server's pages into steps: a form is sent and a link followed without a blank moment,
// the new <main> takes the place of the old one. Without it the same forms are plain posts.

import { button, node } from "./nodes.js";
import { pageText } from "./texts.js";

/** @typedef {(type: string, facts?: Record<string, string | number>) => void} Tell */

/** Answers after which the form as it stands is worth more than the server's page. */
const KEEP_FORM = (/** @type {number} */ status) => status >= 500 || status === 429 || status === 408;

/**
 * Events it listens to: `submit` of form.step, clicks on a.back and a[data-swap], `popstate`,
 * and `shell:reload` from any element (fetches the present step again).
 */
export class Shell {
  /** @type {AbortController | null} */
  #under_way = null;
  /** @type {Tell} */
  #tell;
  /** The address of the step shown: a link to a mistake in it changes the part after # alone. */
  #address = "";

  /** @param {Tell} tell how the host's page is told about steps */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Take over the document's forms and links. */
  open() {
    document.addEventListener("submit", (submit) => this.#submitted(submit));
    document.addEventListener("click", (click) => this.#clicked(click));
    document.addEventListener("shell:reload", () => void this.#follow(location.href, { quietly: true }));
    window.addEventListener("popstate", () => this.#moved());
    this.#address = here();
    this.#announce();
  }

  /** Browsers say "popstate" for a jump within the step too, and loading it anew would lose what was typed. */
  #moved() {
    if (here() !== this.#address) void this.#follow(location.href, {});
  }

  /** @param {SubmitEvent} submit */
  #submitted(submit) {
    const form = submit.target;
    if (submit.defaultPrevented || !(form instanceof HTMLFormElement) || !form.matches("form.step")) return;
    submit.preventDefault();
    const pressed = submit.submitter instanceof HTMLButtonElement ? submit.submitter : null;
    if (pressed?.getAttribute("aria-busy") === "true") return; // the second half of a double tap
    void this.#send(form, pressed);
  }

  /** @param {MouseEvent} click */
  #clicked(click) {
    if (click.defaultPrevented || click.button || click.ctrlKey || click.metaKey || click.shiftKey) return;
    const link = click.target instanceof Element ? click.target.closest("a.back, a[data-swap]") : null;
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return;
    click.preventDefault();
    void this.#follow(link.href, { push: true });
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLButtonElement | null} pressed
   */
  async #send(form, pressed) {
    const body = new FormData(form, pressed);
    const method = form.method.toUpperCase();
    // Not form.action: a button of that name hides it.
    const url = new URL(pressed?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
    const release = hold(pressed);
    if (method === "GET") url.search = new URLSearchParams(/** @type {any} */ (body)).toString();
    const again = () => void this.#send(form, pressed);
    await this.#load(url.href, method === "GET" ? {} : { method, body }, { push: true, again });
    release();
  }

  /**
   * @param {string} url
   * @param {{push?: boolean, quietly?: boolean}} manner
   */
  async #follow(url, manner) {
    await this.#load(url, {}, { ...manner, again: () => void this.#follow(url, manner) });
  }

  /**
   * @param {string} url
   * @param {RequestInit} request
   * @param {{push?: boolean, quietly?: boolean, again: () => void}} manner
   */
  async #load(url, request, manner) {
    this.#under_way?.abort();
    const mine = (this.#under_way = new AbortController());
    withdrawNotice();
    try {
      const response = await fetch(url, { ...request, credentials: "omit", signal: mine.signal });
      const page = await read(response);
      if (!page || KEEP_FORM(response.status)) return notice(pageText("server"), manner.again);
      // A step shown again by a POST has no address of its own: reloading it would ask for what only posts may.
      const hasAddress = response.redirected || (request.method ?? "GET") === "GET";
      const isMoved = response.redirected && !manner.push;
      this.#show(page, response.url, { ...manner, push: manner.push && hasAddress, moved: isMoved });
    } catch {
      if (!mine.signal.aborted) notice(pageText("offline"), manner.again);
    }
    return undefined;
  }

  /**
   * @param {Document} page
   * @param {string} url
   * @param {{push?: boolean, moved?: boolean, quietly?: boolean}} manner
   */
  #show(page, url, manner) {
    const language = page.documentElement.lang;
    if (language !== document.documentElement.lang) return location.assign(url);
    const main = /** @type {HTMLElement} */ (page.querySelector("main"));
    const before = document.body.dataset.step;
    document.querySelector("main")?.replaceWith(document.adoptNode(main));
    document.title = page.title;
    document.body.dataset.step = page.body.dataset.step ?? "";
    if (manner.push && url !== location.href) history.pushState(null, "", url);
    this.#address = here();
    if (manner.moved) history.replaceState(null, "", url);
    if (manner.quietly) return undefined;
    if (before !== document.body.dataset.step) main.setAttribute("data-arrived", "");
    window.scrollTo(0, 0);
    focusOn(main);
    return this.#announce();
  }

  #announce() {
    const main = document.querySelector("main");
    this.#tell("step", { step: document.body.dataset.step ?? "" });
    const { number, statusUrl } = main?.dataset ?? {};
    if (number) this.#tell("submitted", { number, status_url: statusUrl ?? "" });
  }
}

function here() {
  return location.pathname + location.search;
}

/**
 * The document of an answer; nothing when it is not a step.
 * @param {Response} response
 * @returns {Promise<Document | null>}
 */
async function read(response) {
  if (!response.headers.get("content-type")?.startsWith("text/html")) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("main") ? page : null;
}

/**
 * Keep a pressed button from being pressed twice; it stays in the tab order and says that it works.
 * @param {HTMLButtonElement | null} pressed
 * @returns {() => void}
 */
function hold(pressed) {
  pressed?.setAttribute("aria-busy", "true");
  return () => pressed?.removeAttribute("aria-busy");
}

/** @param {HTMLElement} main */
function focusOn(main) {
  /** @type {HTMLElement} */
  const first = main.querySelector(".error-summary") ?? main.querySelector("h1") ?? main;
  if (!first.hasAttribute("tabindex")) first.tabIndex = -1;
  first.focus({ preventScroll: true });
}

/**
 * @param {string} words
 * @param {() => void} again
 */
function notice(words, again) {
  withdrawNotice();
  const box = node("div", { class: "notice warning", id: "shell-notice", role: "alert" }, [node("p", {}, [words])]);
  box.append(button(pageText("retry"), "secondary", again));
  const actions = document.querySelector("main .actions");
  if (actions) actions.before(box);
  else document.querySelector("main")?.append(box);
  box.scrollIntoView({ block: "nearest" });
}

function withdrawNotice() {
  document.getElementById("shell-notice")?.remove();
}
