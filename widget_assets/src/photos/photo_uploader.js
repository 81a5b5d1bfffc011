export class PhotoUploader extends HTMLElement {}
