// The photo step: photos go up while the person goes on looking, one after another, and are never lost.

import { node } from "../frame/nodes.js";
import { text } from "../frame/texts.js";
import { PhotoItem } from "./photo_item.js";
import { remove, send } from "./sending.js";
import { shrunk } from "./shrinking.js";
import { isUnderWay, pauseAfter, verdict } from "./upload_machine.js";

/**
 * `<photo-uploader>`
 *
 * | attribute | meaning |
 * |---|---|
 * | data-upload-url | takes one photo by POST; a stored photo is removed by POST to `photos/<id>/remove` beside it |
 * | data-max | how many photos a report may have |
 * | data-text-add, -remove, -retry, -too-many {max}, -photo {n}, -wait, -remove-failed | words |
 * | data-text-preparing, -uploading, -waiting, -done, -failed | how a photo is, {name} |
 *
 * | event | when |
 * |---|---|
 * | photo-uploader:stored (bubbles; detail: id, position) | the server has a photo |
 */
export class PhotoUploader extends HTMLElement {
  #isOpen = false;
  /** @type {PhotoItem[]} */
  #items = [];
  #isSending = false;
  #said = node("p", { class: "hint", role: "status" });
  #leaving = new AbortController();
  /** The button that was pressed while photos were on their way. @type {HTMLElement | null} */
  #held = null;

  connectedCallback() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const field = this.#field;
    if (!field) return;
    this.querySelector("button[value=upload]")?.remove();
    this.#addPicker(field);
    field.addEventListener("change", () => this.#choose(field));
    this.#list.addEventListener("click", (click) => this.#clicked(click));
    this.closest("form")?.addEventListener("submit", (submit) => this.#hold(submit));
    this.#tellRoom();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    for (const item of this.#items) item.release();
  }

  get #field() {
    return /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=file]"));
  }

  get #list() {
    const list = this.querySelector("ul.photos");
    if (list) return /** @type {HTMLUListElement} */ (list);
    const made = node("ul", { class: "photos" });
    this.append(made);
    return made;
  }

  get #room() {
    return Number(this.dataset.max ?? 5) - this.#list.children.length;
  }

  /** @param {HTMLInputElement} field */
  #addPicker(field) {
    const plain = field.closest(".field")?.querySelector("label");
    const words = text(this, "add") || (plain?.textContent ?? "");
    const label = node("label", { class: "picker", for: field.id }, [node("span", {}, [words])]);
    plain?.replaceWith(label);
    field.classList.add("visually-hidden");
    label.prepend(field);
    label.after(this.#said);
    for (const type of ["dragover", "dragleave", "drop"]) {
      label.addEventListener(type, (drag) => this.#dragged(/** @type {DragEvent} */ (drag), label));
    }
  }

  /**
   * @param {DragEvent} drag
   * @param {HTMLElement} picker
   */
  #dragged(drag, picker) {
    drag.preventDefault();
    picker.toggleAttribute("data-over", drag.type === "dragover");
    if (drag.type === "drop") this.#add([...(drag.dataTransfer?.files ?? [])]);
  }

  /** @param {HTMLInputElement} field */
  #choose(field) {
    this.#add([...(field.files ?? [])]);
    field.value = ""; // what is on its way already must not go up again with the form
  }

  /** @param {readonly File[]} files */
  #add(files) {
    const pictures = files.filter((file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name));
    const room = Math.max(0, this.#room);
    for (const file of pictures.slice(0, room)) {
      const item = new PhotoItem(file, this, { retry: () => void this.#next(), left: () => this.#tellRoom() });
      this.#items.push(item);
      this.#list.append(item.row);
    }
    this.#tellRoom(pictures.length > room);
    void this.#next();
  }

  /** Send the photos that wait, one by one: a slow network serves one photo sooner than five halves. */
  async #next() {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let item = this.#waiting(); item; item = this.#waiting()) await this.#bring(item);
    this.#isSending = false;
    this.#letGo();
  }

  #waiting() {
    return this.#items.find((item) => item.state === "waiting");
  }

  /** @param {PhotoItem} item */
  async #bring(item) {
    const signal = AbortSignal.any ? AbortSignal.any([this.#leaving.signal, item.signal]) : item.signal;
    item.step("shrink");
    const photo = await shrunk(item.file, signal).catch(() => item.file);
    for (let tries = 1; !signal.aborted; tries += 1) {
      item.step("send");
      const progress = (/** @type {number} */ part) => item.progress(part);
      const answer = await send(this.dataset.uploadUrl ?? "", photo, { name: item.file.name, progress, signal });
      if (signal.aborted) return;
      if (answer.stored) return this.#stored(item, answer.stored);
      if (verdict(answer.status) === "refuse") return item.refuse(answer.detail);
      const pause = pauseAfter(tries, Math.random());
      if (pause === null) return item.lose();
      item.step("rest");
      await rest(pause, signal);
    }
    return undefined;
  }

  /**
   * @param {PhotoItem} item
   * @param {import("./sending.js").Stored} stored
   */
  #stored(item, stored) {
    item.accept(stored, this.#list.children.length);
    const detail = { id: stored.id, position: stored.position ?? null };
    this.dispatchEvent(new CustomEvent("photo-uploader:stored", { bubbles: true, detail }));
    this.#tellRoom();
  }

  /** @param {MouseEvent} click */
  #clicked(click) {
    const pressed = click.target instanceof Element ? click.target.closest("button[name=remove]") : null;
    if (!(pressed instanceof HTMLButtonElement)) return;
    click.preventDefault();
    void this.#remove(pressed);
  }

  /** @param {HTMLButtonElement} pressed */
  async #remove(pressed) {
    const row = pressed.closest("li");
    if (!row || pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    const base = (this.dataset.uploadUrl ?? "").replace(/\/upload$/, "");
    const isGone = await remove(`${base}/${encodeURIComponent(pressed.value)}/remove`);
    pressed.removeAttribute("aria-busy");
    if (!isGone) {
      this.#said.textContent = text(this, "remove-failed") || text(this, "retry");
      return;
    }
    row.remove();
    this.#tellRoom();
    this.#field?.focus();
  }

  #tellRoom(isTooMany = false) {
    const isFull = this.#room <= 0;
    this.querySelector(".picker")?.toggleAttribute("hidden", isFull);
    const words = isTooMany || isFull ? text(this, "too-many", { max: this.dataset.max ?? "" }) : "";
    this.#said.textContent = words;
  }

  /** Let the form wait for photos on their way instead of leaving them behind. @param {SubmitEvent} submit */
  #hold(submit) {
    if (!this.#items.some((item) => isUnderWay(item.state))) return;
    submit.preventDefault();
    this.#held = submit.submitter;
    this.#held?.setAttribute("aria-busy", "true");
    this.#said.textContent = text(this, "wait");
  }

  #letGo() {
    const held = this.#held;
    this.#held = null;
    held?.removeAttribute("aria-busy");
    const isLeftBehind = this.#items.some((item) => item.state === "failed");
    if (held && !isLeftBehind && this.isConnected) this.closest("form")?.requestSubmit(held);
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function rest(ms, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    const stop = () => (clearTimeout(timer), done());
    signal.addEventListener("abort", stop, { once: true });
    window.addEventListener("online", stop, { once: true, signal });
  });
}
