// How many there are, on the first page: an extra that is shown only when there is something to show.

const { lang } = document.documentElement;
const totals = await fetch("/api/counts").then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({}));
const figures = { ...totals, languages: document.querySelectorAll(".languages li").length };

if (totals.schools && totals.people) {
  for (const node of document.querySelectorAll("[data-total]")) {
    const figure = new Intl.NumberFormat(lang).format(figures[node.dataset.total]);
    node.textContent = node.dataset.sentence.replace("{n}", figure);
  }
  document.getElementById("totals").hidden = false;
}
