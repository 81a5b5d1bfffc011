export class PlacePicker extends HTMLElement {}
