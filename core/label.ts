// What results call schedulers and scenarios: which labels there may be, and how long ones are shown.

/** In a class of characters: controls, line and paragraph separators, what turns the direction of writing, halves of pairs. */
export const REFUSED_CHARACTERS =
  '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff'

/** In a class of characters: what shows nothing by itself. */
const INVISIBLE =
  '\\s\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2060-\\u2065\\u206a-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0'

/** A label as JSON Schema: on one line, of characters that leave the text around them as it is, some of them to be seen. */
export const labelSchema = {
  type: 'string',
  minLength: 1,
  pattern: `^(?=.*[^${INVISIBLE}])[^${REFUSED_CHARACTERS}]+$`,
  'x-expected':
    'a text with something to be seen in it, without line breaks, control characters and changes of direction',
} as const

const unseen = new RegExp(`[${REFUSED_CHARACTERS}\\u200b-\\u200f\\ufeff]`, 'gu')

/** A text as a terminal can show it: what would act on the line, or not be seen in it, as `\u202e`. */
export const visibleText = (text: string): string =>
  text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Columns that a label may take in tables of a terminal and above the panels of a figure. */
export const LABEL_COLUMNS = 40

/** The label, or where it is too long its beginning and its end with an ellipsis between them. */
export function shortLabel(label: string, columns = LABEL_COLUMNS): string {
  if (columnsOfText(label) <= columns) return label
  const parts = Array.from(graphemes.segment(label), ({ segment }) => segment)
  const first = Math.ceil(((columns - 1) * 2) / 3)
  const beginning = within(parts, first)
  const ending = within(parts.reverse(), columns - 1 - first).reverse()
  return `${beginning.join('').trimEnd()}…${ending.join('').trimStart()}`
}

/** Labels as `shortLabel` has them; different ones that would be alike are numbered. */
export function shortLabels(labels: readonly string[], columns = LABEL_COLUMNS): string[] {
  const different = [...new Set(labels)]
  const short = different.map((label) => shortLabel(label, columns))
  const shown = new Map(
    different.map((label, i) => {
      const own = shortLabel(label, columns)
      if (label === own || short.filter((each) => each === own).length === 1) return [label, own]
      const number = ` (${i + 1})`
      return [label, `${shortLabel(label, columns - number.length)}${number}`]
    }),
  )
  return labels.map((label) => shown.get(label)!)
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** As many of the parts as such a width holds. */
function within(parts: readonly string[], columns: number): string[] {
  let width = 0
  const end = parts.findIndex((part) => {
    width += columnsOfText(part)
    return width > columns
  })
  return parts.slice(0, end < 0 ? parts.length : end)
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3ffff}]/u
const narrow = /\p{Mark}|[\u200b-\u200f]/u

/** How many columns a terminal gives a text: two to wide letters, none to marks on others. */
export function columnsOfText(text: string): number {
  let columns = 0
  for (const character of text) columns += narrow.test(character) ? 0 : wide.test(character) ? 2 : 1
  return columns
}
