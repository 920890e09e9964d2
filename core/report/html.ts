const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand in HTML, between tags or in a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character])

/** A sentence as it may stand in HTML, in which no line ends between a number and its per cent. */
export const proseHtml = (text: string): string => escapeHtml(text).replace(/(?<=\d) %/g, '&nbsp;%')

/** A value as JSON that may stand inside a script element. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')

/** Program text as it may stand inside a script element. */
export const scriptText = (source: string): string => source.replace(/<(?=\/script)/gi, '\\x3c')
