// DOM nodes built without HTML strings, so that Trusted Types and a strict content policy have nothing to refuse.

/** Make an element from «tag.class.class», attributes, `on…` listeners and children; null and false are left out. */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  return fill(node, attributes, children);
}

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Find an element of the page by its id. */
export const byId = (id) => document.getElementById(id);

/** A share of a whole as a bar; `group` or `area` gives it its colour, and a group its pattern. */
export function bar(share, { group, area, minimum } = {}) {
  const wide = `${Math.max(0, Math.min(100, share)).toFixed(1)}%`;
  const patterned = group && group !== "school_leader";
  return svg(
    "svg",
    { class: "bar", "data-group": group, "data-area": area, "aria-hidden": "true", focusable: "false" },
    svg("rect", { class: "bar__track", width: "100%", height: "100%" }),
    svg("rect", { class: "bar__fill", width: wide, height: "100%" }),
    patterned && svg("rect", { class: "bar__pattern", width: wide, height: "100%", fill: `url(#pattern-${group})` }),
    minimum !== undefined &&
      svg("line", { class: "bar__minimum", x1: `${minimum}%`, x2: `${minimum}%`, y1: "0", y2: "100%" }),
  );
}

/** The name of a group with its colour and shape. */
export const groupLabel = (group, name) => element("span.group-name", { "data-group": group }, name);
