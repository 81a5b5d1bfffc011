// Building nodes without markup: text stays text, whoever wrote it.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {readonly (Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function node(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * A button that never sends the form.
 * @param {string} label
 * @param {string} classes
 * @param {() => void} pressed
 * @returns {HTMLButtonElement}
 */
export function button(label, classes, pressed) {
  const element = node("button", { type: "button", class: classes }, [label]);
  element.addEventListener("click", pressed);
  return element;
}
