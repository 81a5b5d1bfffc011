// The life of one photo, and what may follow what. An impossible step is a fault of ours and throws.

/** @typedef {"waiting" | "shrinking" | "sending" | "resting" | "done" | "failed" | "refused" | "removing" | "removed"} State */
/** @typedef {"shrink" | "send" | "accept" | "lose" | "rest" | "refuse" | "retry" | "remove" | "keep" | "forget"} Step */

/** @type {Readonly<Record<State, Partial<Record<Step, State>>>>} */
const AFTER = {
  waiting: { shrink: "shrinking", forget: "removed" },
  shrinking: { send: "sending", refuse: "refused", forget: "removed" },
  sending: { accept: "done", rest: "resting", lose: "failed", refuse: "refused", forget: "removed" },
  resting: { send: "sending", forget: "removed" }, // between two tries of its own
  failed: { retry: "waiting", forget: "removed" },
  refused: { forget: "removed" }, // the server said no: another try would hear the same
  done: { remove: "removing" },
  removing: { forget: "removed", keep: "done" },
  removed: {},
};

/**
 * @param {State} state
 * @param {Step} step
 * @returns {State}
 */
export function after(state, step) {
  const next = AFTER[state][step];
  if (!next) throw new Error(`a photo that is ${state} cannot ${step}`);
  return next;
}

/**
 * Whether a photo is still on its way, so that leaving the step would lose it.
 * @param {State} state
 * @returns {boolean}
 */
export function isUnderWay(state) {
  return ["waiting", "shrinking", "sending", "resting"].includes(state);
}

const PAUSES_MS = [1_000, 3_000, 8_000];

/**
 * How long to rest before another try; nothing when the tries are used up.
 * @param {number} tries made so far, 1 or more
 * @param {number} chance 0 to 1, spreads many senders
 * @returns {number | null}
 */
export function pauseAfter(tries, chance) {
  const pause = PAUSES_MS[tries - 1];
  return pause === undefined ? null : Math.round(pause * (0.75 + chance / 2));
}

/**
 * What an answer means: the photo is there, it may come again, or never.
 * @param {number} status 0 where no answer came
 * @returns {"accept" | "again" | "refuse"}
 */
export function verdict(status) {
  if (status >= 200 && status < 300) return "accept";
  return status === 0 || status === 408 || status === 429 || status >= 500 ? "again" : "refuse";
}
