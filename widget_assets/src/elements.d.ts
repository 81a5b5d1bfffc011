// Names of our elements, so that the type checker knows them where they are made.
interface HTMLElementTagNameMap {
  "place-map": HTMLElement;
}
