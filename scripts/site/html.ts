export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text as the value of an attribute in double quotes. */
export function attribute(text: string): string {
  return escapeHtml(text).replaceAll('"', '&quot;');
}
