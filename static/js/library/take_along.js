/** Several videos as one ZIP file. */
import { t } from "../site/core/texts.js";
import { toast } from "../site/toast.js";

const MOST = 100;
/** Letters of an address that every server takes: where there are more, a form names the videos. */
const LONGEST = 7000;

/** @param {string[]} ids of the videos, in the order in which they are to be in the file */
export function takeAlong(ids) {
  if (ids.length > MOST) return toast(t("library.too_many_to_download", { count: MOST }));
  const query = new URLSearchParams(ids.map((id) => ["id", id])).toString();
  if (query.length > LONGEST) return post(ids);
  // A browser goes on with what was fetched from an address.
  const link = document.createElement("a");
  link.href = `/api/zip?${query}`;
  link.download = "";
  link.click();
}

/** @param {string[]} ids */
function post(ids) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/api/zip", target: "_blank", hidden: true });
  for (const id of ids) form.append(Object.assign(document.createElement("input"), { name: "id", value: id }));
  document.body.append(form);
  form.submit();
  form.remove();
}
