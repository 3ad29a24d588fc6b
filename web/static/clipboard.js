// Copying, and saying that it was done.

import { _ } from "./messages.js";

/** Copy a text, and say in `said` whether the browser did. */
export async function copyText(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = _("Copied");
  } catch {
    said.textContent = _("Your browser does not allow copying. Please select the text and copy it yourself.");
  }
}
