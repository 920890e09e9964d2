import { escapeHtml } from './html.js'

/** Marks that look alike are drawn from one definition from this many on. */
const LEAST_ALIKE = 20

/**
 * Makes Vega's SVG fit to be kept: coordinates to a hundredth of a pixel, one definition for marks that look alike,
 * identifiers that no other figure of the page has, and a title for those who cannot see it.
 */
export function tidySvg(svg: string, id: string, title: string): string {
  const named = new Map<string, string>()
  const nameOf = (given: string): string => {
    const name = named.get(given) ?? `${id}-${named.size + 1}`
    named.set(given, name)
    return name
  }
  const tidied = svg.replace(tag, (opening) => withIdentifiers(shortNumbers(withoutRoles(opening)), nameOf))
  const { body, definitions } = shareMarks(tidied, id)
  return body.replace(
    /^<svg[^>]*/,
    (opening) =>
      `${opening} role="img"><title>${escapeHtml(title)}</title${definitions && `><defs>${definitions}</defs`}`,
  )
}

/** An element's opening tag; a quoted attribute may hold anything. */
const tag = /<(?:[^>"]|"[^"]*")*>/g

const withoutRoles = (tag: string): string =>
  tag.replace(
    / (role="graphics-[^"]*"|aria-roledescription="[^"]*"|aria-label="[^"]*"|aria-hidden="true")/g,
    '',
  )

const shortNumbers = (tag: string): string =>
  tag.replace(/ (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
      String(Math.round(Number(number) * 100) / 100),
    ),
  )

/** Vega counts its identifiers over the whole process: they are named anew in the order in which they appear. */
const withIdentifiers = (tag: string, nameOf: (given: string) => string): string =>
  tag.replace(/( id="|="url\(#)([^")]*)/g, (_, before: string, given: string) => `${before}${nameOf(given)}`)

/** Replaces paths that differ in their place only by uses of one definition. */
function shareMarks(svg: string, id: string) {
  const mark = /<path transform="translate\((-?[\d.]+),(-?[\d.]+)\)" (d="[^"]*"[^>]*?)\/>/g
  const count = new Map<string, number>()
  for (const [, , , look] of svg.matchAll(mark)) count.set(look!, (count.get(look!) ?? 0) + 1)
  const shared = [...count].filter(([, times]) => times >= LEAST_ALIKE).map(([look]) => look)
  const name = new Map(shared.map((look, i) => [look, `${id}-m${i}`]))
  return {
    definitions: shared.map((look) => `<path id="${name.get(look)}" ${look}/>`).join(''),
    body: svg.replace(mark, (path, x: string, y: string, look: string) =>
      name.has(look) ? `<use xlink:href="#${name.get(look)}" x="${x}" y="${y}"/>` : path,
    ),
  }
}
