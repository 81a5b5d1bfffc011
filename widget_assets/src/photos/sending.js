// One photo over the wire. XMLHttpRequest, because fetch cannot tell how much of a body has gone.

/** @typedef {{id: string, thumbnail_url: string, position?: {lon: number, lat: number} | null}} Stored */
/** @typedef {{status: number, stored: Stored | null, detail: string}} Answer */

const PATIENCE_MS = 120_000;

/**
 * @param {string} address
 * @param {Blob} photo
 * @param {{name: string, progress: (part: number) => void, signal: AbortSignal}} manner
 * @returns {Promise<Answer>} status 0 where no answer came
 */
export function send(address, photo, { name: fileName, progress, signal }) {
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.timeout = PATIENCE_MS;
  request.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) progress(step.loaded / step.total);
  });
  signal.addEventListener("abort", () => request.abort());
  const form = new FormData();
  form.append("photo", photo, photo.type === "image/jpeg" ? fileName.replace(/\.\w+$/, "") + ".jpg" : fileName);
  return new Promise((done) => {
    request.addEventListener("loadend", () => done(answerOf(request)));
    request.send(form);
  });
}

/**
 * @param {XMLHttpRequest} request
 * @returns {Answer}
 */
function answerOf(request) {
  const body = request.response ?? {};
  const isStored = request.status >= 200 && request.status < 300 && typeof body.id === "string";
  return { status: request.status, stored: isStored ? body : null, detail: body.detail ?? body.title ?? "" };
}

/**
 * @param {string} address of the photo's removal
 * @returns {Promise<boolean>} whether the photo is gone
 */
export async function remove(address) {
  try {
    const response = await fetch(address, { method: "POST", credentials: "omit" });
    return response.ok || response.status === 404;
  } catch {
    return false;
  }
}
