const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it stands in HTML, inside an element or a quoted attribute. Characters no document may hold become spaces. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => HTML[character] ?? character);
}

/**
 * Text without what a document cannot show: control characters (line breaks stay) and the marks that turn the
 * writing direction round, with which a name could pretend to be another.
 */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, ' ');
}
