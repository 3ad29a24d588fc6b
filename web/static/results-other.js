// The ten areas outside the eight, what people thought of the questionnaire, and who they are: each in its own form.

import { element, groupLabel } from "./dom.js";
import { _, number } from "./messages.js";
import { exerciseId } from "./page.js";
import { barRow, inOrder, shareRow, sorting, spread } from "./results-bars.js";
import { downloads } from "./results-chart.js";

let page;

const rated = (options) => options.filter(({ code }) => code !== "na");
const answers = ({ answered }) => _("n = {n}", { n: number(answered) });

/** Show the other areas; `shown` holds the results and how the page names things. */
export function otherAreas(shown) {
  page = shown;
  const { other_areas: areas } = page.results;
  const place = element("div");
  const show = (order) => {
    const open = [...place.children].filter((node) => node.open).map((node) => node.id);
    place.replaceChildren(...areas.map((area) => otherArea(area, order)));
    for (const node of place.children) node.open = open.includes(node.id);
  };
  show("position");
  return areas.length > 0 && page.section("other", _("Other areas"), sorting("sort-other", _("Order of the answers"), show), place);
}

function otherArea({ key, name, kind, questions, options, items }, order) {
  const asked = Object.entries(questions);
  const content = {
    mean: () => means(inOrder(items, order), rated(options)),
    ticks: () => shares(name, items[0], inOptionOrder(items[0], rated(options), order)),
    options: () => items.map((item) => element("div", {}, element("h4", {}, item.label), shares(item.label, item, inOptionOrder(item, rated(options), order)))),
  };
  const isShown = items.some(({ figures }) => figures.length > 0);
  return element("details.card.other", { id: `other-${key}` }, element("summary", {}, element("h3.other__name", {}, name)),
    asked.map(([group, question]) => element("p.hint", {}, asked.length > 1 && [groupLabel(group, page.unitName(group)), " "], question)),
    isShown ? [content[kind](), downloads(exerciseId, `other-${key}`, name)].flat() : element("p", {}, _("Not shown.")));
}

/** Options are sorted by their shares as statements are by their means. */
function inOptionOrder({ figures }, options, order) {
  const shareOf = ({ shares }, code) => shares?.find(({ option }) => option === code)?.percent ?? null;
  return inOrder(options.map((option) => ({ ...option, figures: figures.map((figure) => ({ mean: shareOf(figure, option.code) })) })), order);
}

function means(items, options) {
  return [
    element("dl.other__items", {}, items.map(({ label, figures }) => element("div", {}, element("dt", {}, label),
      element("dd", {},
        figures.length > 0 ? element("dl.bars", {}, figures.map((figure) => barRow(page.unitLabel(figure.unit), figure.mean, { group: figure.unit }, answers(figure), options.length))) : element("span.hint", {}, _("not shown")),
        figures.length > 0 && element("details", {}, element("summary", {}, _("Scale and answers"), element("span.visually-hidden", {}, `: ${label}`)), spread(figures, options, label, page.unitName)))))),
    element("p.hint", {}, options.map(({ code, label }) => `${code} ${label}`).join(" · ")),
  ];
}

function shares(name, { figures }, options) {
  const shown = figures.filter((figure) => figure.shares);
  if (shown.length === 0) return element("p", {}, _("Not shown."));
  return [
    element("dl.other__items", {}, options.map(({ code, label }) => element("div", {}, element("dt", {}, label),
      element("dd", {}, element("dl.bars", {}, shown.map(({ unit, shares: all }) => shareRow(page.unitLabel(unit), all.find(({ option }) => option === code)?.percent ?? 0, { group: unit }))))))),
    element("details", {}, element("summary", {}, _("As a table"), element("span.visually-hidden", {}, `: ${name}`)), spread(shown, options, name, page.unitName)),
  ];
}

/** Show what people thought of the questionnaire, and the background questions. */
export function opinions(shown) {
  page = shown;
  const { experience, background, scales } = page.results;
  const asked = background.filter(({ figures }) => figures.length > 0);
  return [
    experience.some(({ figures }) => figures.length > 0) && page.section("experience", _("About the questionnaire"),
      means(experience.map(({ texts, figures }) => ({ label: Object.values(texts)[0], figures })), rated(scales.agreement)),
      downloads(exerciseId, "experience", _("About the questionnaire"))),
    asked.length > 0 && page.section("background", _("Who answered"), asked.map(({ key, question, options, figures }) => element("div", {},
      element("h3", {}, question), shares(question, { figures }, rated(options)),
      figures.some((figure) => figure.shares) && downloads(exerciseId, `background-${key}`, question)))),
  ];
}
