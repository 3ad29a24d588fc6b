// Charts that the server draws: shown with a text for every mark, and saved as PNG, SVG or PDF.

import { Problem, problemText } from "./api.js";
import { element } from "./dom.js";
import { _ } from "./messages.js";
import { locale } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";
const TAGS = new Set(["svg", "defs", "pattern", "g", "title", "rect", "path", "text"]);
const ATTRIBUTES = new Set(("viewBox width height x y rx d transform fill stroke stroke-width stroke-opacity stroke-dasharray id patternUnits "
  + "patternTransform font-family font-size font-weight text-anchor direction unicode-bidi").split(" "));
const PNG_WIDTH = 2400;

/** Show a chart; `table` is the same in words, and `title` names it for those who do not see it. */
export function chart(exercise, name, title, table) {
  const hint = element("p.hint", { id: `${name}-hint` }, _("Point at a part of the chart, or use the arrow keys, to read what it says."));
  const drawing = element("div.chart__drawing", { tabindex: "0", role: "application", "aria-roledescription": _("chart"), "aria-label": title, "aria-describedby": hint.id });
  const said = element("p.chart__said", { role: "status" });
  load(addressOf(exercise, name)).then((root) => follow(drawing, said, root), (problem) => { said.textContent = problemText(problem); });
  return element(name.startsWith("development") ? "figure.chart.chart--long" : "figure.chart", {}, drawing,
    element("figcaption.chart__beside", {}, element("div.chart__box", {}, hint, said), downloads(exercise, name, title)),
    element("details.chart__table", {}, element("summary", {}, _("As a table"), element("span.visually-hidden", {}, `: ${title}`)), table));
}

/** Links to save a chart. */
export const downloads = (exercise, name, title) => saveLinks(addressOf(exercise, name), name, title);

/** Links to save what is drawn at an address, as files of a name. */
export function saveLinks(address, name, title) {
  const said = element("span", { role: "status" });
  const hidden = () => element("span.visually-hidden", {}, `: ${title}`);
  const png = () => savePng(address, `${name}.png`).then(() => { said.textContent = ""; }, (problem) => { said.textContent = problemText(problem); });
  return element("p.chart__downloads", {}, element("span.hint", {}, _("Save this chart:")), " ",
    element("button.chart__save", { type: "button", onclick: png }, "PNG", hidden()), " ",
    element("a", { href: address, download: `${name}.svg` }, "SVG", hidden()), " ",
    element("a", { href: `${address}&format=pdf`, download: `${name}.pdf` }, "PDF", hidden()), " ", said);
}

let pathOf = (exercise) => `/api/exercises/${exercise}`;

/** Draw from elsewhere: what a company may see of an exercise is not what its school may see. */
export function drawFrom(path) {
  pathOf = () => path;
}

const addressOf = (exercise, name) => `${pathOf(exercise)}/charts/${name}?locale=${locale}`;

/** Let pointer and arrow keys choose a part of the drawing; the chart is one stop for the tab key. */
function follow(drawing, said, root) {
  const shown = copy(root);
  shown.setAttribute("aria-hidden", "true");
  shown.setAttribute("focusable", "false");
  const marks = [...shown.querySelectorAll("g")].filter((group) => group.querySelector("title"));
  const texts = marks.map((mark) => {
    const title = mark.querySelector("title");
    title.remove();  // the browser's own tooltip would cover the chart
    return title.textContent;
  });
  let chosen = -1;
  const choose = (place) => {
    marks[chosen]?.classList.remove("chart__mark--chosen");
    chosen = place;
    marks[chosen]?.classList.add("chart__mark--chosen");
    said.textContent = texts[chosen] ?? "";
  };
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  drawing.addEventListener("pointerover", (event) => {
    const place = marks.indexOf(event.target.closest("g"));
    if (place >= 0) choose(place);
  });
  drawing.addEventListener("focus", () => { if (chosen < 0) choose(0); });
  drawing.addEventListener("keydown", (event) => {
    const { key } = event;
    const last = marks.length - 1;
    if (key === "Home") choose(0);
    else if (key === "End") choose(last);
    else if (key === "ArrowDown" || key === forward) choose(chosen < last ? chosen + 1 : 0);
    else if (key.startsWith("Arrow")) choose(chosen > 0 ? chosen - 1 : last);
    else return;
    event.preventDefault();
  });
  drawing.replaceChildren(shown);
}

// The browser parses the answer as XML and runs nothing of it. Only what our charts are made of is copied into the page,
// so that no policy for trusted types has to let markup through.
function load(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => {
      const root = request.status === 200 ? request.response?.documentElement : undefined;
      if (root?.namespaceURI === SVG) resolve(root);
      else reject(new Problem(request.status, request.status === 401 ? { code: "not_signed_in" } : undefined));
    };
    request.onerror = () => reject(new Problem(0, { code: "network" }));
    request.send();
  });
}

function copy(node) {
  const made = document.createElementNS(SVG, node.localName);
  for (const { name, value } of node.attributes) if (ATTRIBUTES.has(name)) made.setAttribute(name, value);
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) made.append(child.data);
    else if (child.namespaceURI === SVG && TAGS.has(child.localName)) made.append(copy(child));
  }
  return made;
}

async function savePng(address, name) {
  const drawing = copy(await load(address));
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const canvas = element("canvas", { width: PNG_WIDTH, height: Math.round((PNG_WIDTH * height) / width) });
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
  await image.decode();
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  const content = await new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  const link = element("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
