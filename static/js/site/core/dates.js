/** Times as people read them: in their zone, near ones by name, hours as their language has them. */
import { region, t } from "./texts.js";

/** @param {Date} moment @param {string} [language] whose hours are meant; by default the reader's */
export function exact(moment, language) {
  return t("format.moment", { day: day(moment), time: time(moment, language) });
}

/**
 * Today by the time, yesterday by its name, other days by their date: never wider than the date, which the server has
 * put there, so that nothing around it moves.
 * @param {Date} moment @param {Date} now @param {string} [language]
 */
export function near(moment, now, language) {
  const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day(moment) === day(now)) return time(moment, language);
  return day(moment) === day(before) ? t("format.yesterday") : day(moment);
}

/**
 * A day as the heading of what is of it: by its name when it is near, else by its date.
 * @param {Date} moment @param {Date} now
 */
export function dayName(moment, now) {
  const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day(moment) === day(now)) return t("format.today");
  return day(moment) === day(before) ? t("format.yesterday") : day(moment);
}

/** @param {Date} moment */
export function day(moment) {
  const month = t("format.months").split(" ")[moment.getMonth()] ?? "";
  return t("format.day", { day: moment.getDate(), month, year: String(moment.getFullYear()) });
}

/** @param {Date} moment @param {string | undefined} language */
function time(moment, language = region()) {
  return moment.toLocaleTimeString(language, { timeStyle: "short" });
}
