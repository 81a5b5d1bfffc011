// One wait at a time: the newest call puts off or cancels the one before it.

/**
 * Puts a task off until nothing new came for a while, and aborts what still runs of the one before.
 */
export class Latest {
  #delay;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | undefined} */
  #running;

  /** @param {number} delay milliseconds of silence */
  constructor(delay) {
    this.#delay = delay;
  }

  /**
   * Plan a task; its faults after an abort are nobody's concern.
   * @param {(signal: AbortSignal) => Promise<void>} task
   */
  plan(task) {
    this.cancel();
    this.#timer = setTimeout(() => this.#run(task), this.#delay);
  }

  /** Forget the planned task and abort the running one. */
  cancel() {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  /** @param {(signal: AbortSignal) => Promise<void>} task */
  async #run(task) {
    const running = (this.#running = new AbortController());
    try {
      await task(running.signal);
    } catch (fault) {
      if (!running.signal.aborted) throw fault;
    }
  }
}
