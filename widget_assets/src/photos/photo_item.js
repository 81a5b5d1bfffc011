// One photo in the list: its picture, how far it is, and what can be done about it.

import { button, node } from "../frame/nodes.js";
import { text } from "../frame/texts.js";
import { after } from "./upload_machine.js";

/** @typedef {import("./upload_machine.js").State} State */
/** @typedef {import("./upload_machine.js").Step} Step */

/** @type {Readonly<Partial<Record<State, string>>>} what a screen reader hears of the bar */
const WORDS = { waiting: "preparing", shrinking: "preparing", sending: "uploading", resting: "waiting" };

/** The row of a photo and the photo's state; every step goes through the machine. */
export class PhotoItem {
  /** @type {State} */
  #state = "waiting";
  #words;
  #manner;
  #stop = new AbortController();
  #address;
  #bar = node("progress", { max: "1", value: "0" });
  /** Why nothing moves, for those who see only that it does not. */
  #pause = node("p", { class: "hint", hidden: "" });
  #foot = node("div", { class: "tools" });
  #image = node("img", { class: "preview", alt: "" });
  #stand = node("div", { class: "preview blank" });

  /**
   * @param {File} file
   * @param {HTMLElement} words the element that carries data-text-*
   * @param {{retry: () => void, left: () => void}} manner
   */
  constructor(file, words, manner) {
    this.file = file;
    this.#words = words;
    this.#manner = manner;
    this.#address = URL.createObjectURL(file);
    this.#image.src = this.#address;
    this.#image.addEventListener("error", () => this.#blank(), { once: true });
    this.row = node("li", {}, [this.#image, this.#bar, this.#pause, this.#foot]);
    this.#offer(["remove", () => this.#forget()]);
    this.#tell();
  }

  get state() {
    return this.#state;
  }

  get signal() {
    return this.#stop.signal;
  }

  /** @param {Step} step */
  step(step) {
    this.#state = after(this.#state, step);
    this.#tell();
  }

  /** @param {number} part 0 to 1 */
  progress(part) {
    this.#bar.value = part;
  }

  /**
   * @param {import("./sending.js").Stored} stored
   * @param {number} number its place in the list
   */
  accept(stored, number) {
    this.step("accept");
    this.#stand.replaceWith(this.#image);
    this.#image.src = stored.thumbnail_url;
    this.#image.alt = text(this.#words, "photo", { n: number });
    this.#bar.remove();
    this.#pause.remove();
    this.row.dataset.id = stored.id;
    const pressed = node("button", { name: "remove", value: stored.id, class: "secondary small" });
    pressed.append(text(this.#words, "remove"));
    this.#foot.replaceChildren(pressed);
    this.release();
  }

  /** No try came through; the photo stays for another one. */
  lose() {
    this.step("lose");
    this.#say(this.#word("failed"));
    this.#offer(["retry", () => this.#retry()], ["remove", () => this.#forget()]);
  }

  /** @param {string} reason the server's own words */
  refuse(reason) {
    this.step("refuse");
    this.#say(reason || this.#word("failed"));
    this.#offer(["remove", () => this.#forget()]);
  }

  /** Give the picture's memory back. */
  release() {
    URL.revokeObjectURL(this.#address);
  }

  /** A picture this browser cannot show (HEIC) is shown as one that is there. */
  #blank() {
    if (!this.row.dataset.id) this.#image.replaceWith(this.#stand);
  }

  #retry() {
    this.step("retry");
    this.#stop = new AbortController();
    this.row.querySelector(".problem")?.remove();
    this.#bar.hidden = false;
    this.#bar.value = 0;
    this.#offer(["remove", () => this.#forget()]);
    this.#manner.retry();
  }

  #forget() {
    this.step("forget");
    this.#stop.abort();
    this.release();
    this.row.remove();
    this.#manner.left();
  }

  /** @param {string} reason */
  #say(reason) {
    this.#bar.hidden = true;
    this.#bar.after(node("p", { class: "problem", role: "alert" }, [reason]));
  }

  /** @param {readonly [string, () => void][]} ways */
  #offer(...ways) {
    this.#foot.replaceChildren(...ways.map(([word, pressed]) => button(text(this.#words, word), "secondary small", pressed)));
  }

  #tell() {
    this.row.dataset.state = this.#state;
    const word = WORDS[this.#state];
    if (word) this.#bar.setAttribute("aria-label", this.#word(word));
    this.#pause.hidden = this.#state !== "resting";
    this.#pause.textContent = this.#pause.hidden ? "" : this.#word("waiting");
  }

  /** @param {string} word */
  #word(word) {
    return text(this.#words, word, { name: this.file.name });
  }
}
