// Texts in the page's language, and days and numbers as that language writes them.

// A page's texts are in a file of their own, named as the module that the page begins with.
const textsOf = (locale) => import(`./i18n/${locale}/${document.querySelector('script[type="module"]').src.split("/").at(-1)}`);
const { formatting, messages, plural } = await textsOf(document.documentElement.lang);

/** Fill `{name}` in a text. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Translate a text. */
export function _(text, values = {}) {
  return fill(messages[text] ?? text, values);
}

/** Translate a text that depends on a number, which it names `{n}`. */
export function ngettext(one, many, n, values = {}) {
  const forms = messages[one] ?? [one, many];
  return fill(forms[plural(n)] ?? forms.at(-1), { n: number(n), ...values });
}

/** Words and days in another language than the page's, for texts that go to others. */
export async function inLanguage(locale) {
  const other = await textsOf(locale);
  const days = new Intl.DateTimeFormat(other.formatting, { dateStyle: "full", timeZone: "UTC" });
  return {
    _: (text, values = {}) => fill(other.messages[text] ?? text, values),
    day: (day) => days.format(instant(day)),
  };
}

const dayFormat = new Intl.DateTimeFormat(formatting, { dateStyle: "long", timeZone: "UTC" });
const weekdayFormat = new Intl.DateTimeFormat(formatting, { dateStyle: "full", timeZone: "UTC" });
const timeFormat = new Intl.DateTimeFormat(formatting, { timeStyle: "short" });
const instant = (day) => new Date(`${day}T00:00:00Z`);

/** Write an ISO day in full. */
export const formatDay = (day) => dayFormat.format(instant(day));
/** Write an ISO day in full, with the day of the week. */
export const formatWeekday = (day) => weekdayFormat.format(instant(day));
/** Write two ISO days as a stretch. */
export const formatPeriod = (first, last) => dayFormat.formatRange(instant(first), instant(last));
/** Write the time of day. */
export const formatTime = (date) => timeFormat.format(date);
/** Write a number with exactly so many decimals. */
export const number = (value, decimals = 0) =>
  new Intl.NumberFormat(formatting, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
/** Write a whole percent. */
export const percent = (value) => new Intl.NumberFormat(formatting, { style: "percent" }).format(value / 100);
/** Join names as the language does: «A, B and C». */
export const listing = (names) => new Intl.ListFormat(formatting, { type: "conjunction" }).format(names);
/** Name countries by their codes, in the order of the language: `[[code, name]]`. */
export function countryNames(codes) {
  const names = new Intl.DisplayNames(formatting, { type: "region" });
  const order = new Intl.Collator(formatting);
  return codes.map((code) => [code, names.of(code)]).sort(([, a], [, b]) => order.compare(a, b));
}
/** Name a language in the language of the page. */
export const languageName = (code) => new Intl.DisplayNames(formatting, { type: "language" }).of(code);
/** Add days to an ISO day. */
export const addDays = (day, days) => new Date(instant(day).getTime() + days * 86400000).toISOString().slice(0, 10);
/** Count the days of a stretch, both ends included. */
export const daysBetween = (first, last) => Math.round((instant(last) - instant(first)) / 86400000) + 1;
