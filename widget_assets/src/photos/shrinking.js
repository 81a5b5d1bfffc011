// Making a photo small on the device: a phone's 8 MB become some 400 KB before they travel.

export const LONG_SIDE = 1920;
const QUALITY = 0.82;
const SMALL_ENOUGH = 600_000; // bytes; below it, and within the sides, shrinking would only cost quality

/**
 * The sides of a picture once its longer one fits; never larger than it was.
 * @param {number} width
 * @param {number} height
 * @param {number} [longest]
 * @returns {{width: number, height: number}}
 */
export function fitted(width, height, longest = LONG_SIDE) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Whether a file should travel as it is.
 * @param {string} type media type
 * @param {number} bytes
 * @param {number} side the longer one, in pixels
 * @returns {boolean}
 */
export function isFine(type, bytes, side) {
  return /^image\/(jpeg|png|webp)$/.test(type) && bytes <= SMALL_ENOUGH && side <= LONG_SIDE;
}

/**
 * Give the picture as an upright JPEG no larger than it need be; the file itself where the browser cannot
 * read it, so that the server can say what is wrong.
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
export async function shrunk(file, signal) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  signal.throwIfAborted();
  if (!picture) return file;
  try {
    if (isFine(file.type, file.size, Math.max(picture.width, picture.height))) return file;
    return (await drawn(picture)) ?? file;
  } finally {
    picture.close();
  }
}

/**
 * @param {ImageBitmap} picture
 * @returns {Promise<Blob | null>}
 */
function drawn(picture) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, fitted(picture.width, picture.height));
  const pen = canvas.getContext("2d");
  if (!pen) return Promise.resolve(null);
  pen.fillStyle = "#fff"; // JPEG knows no transparency, and black would hide what a drawing shows
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}
