import { distance } from 'fastest-levenshtein'

/** Whether what was written is that name but for a slip or two, closer than a name that may be meant. */
export const isSlipOf = (written: string, name: string): boolean =>
  distance(written.toLowerCase(), name.toLowerCase()) <= Math.max(1, Math.floor(name.length / 4))

/** The valid name nearest to what was written, or undefined where none is near enough to be meant. */
export function nearestName(written: string, valid: Iterable<string>): string | undefined {
  // Two letters exchanged count as two edits.
  const limit = written.length < 4 ? 1 : Math.max(2, Math.floor(written.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const name of valid) {
    const edits = distance(written.toLowerCase(), name.toLowerCase())
    if (edits < bestDistance) {
      best = name
      bestDistance = edits
    }
  }
  return best ?? [...valid].find((name) => shortens(written, name))
}

/** Whether what was written are letters of the name in their order, from the first: `minSamples` of `minimumSamples`. */
function shortens(written: string, name: string): boolean {
  if (written.length < 4 || written[0] !== name[0]) return false
  let at = 0
  for (const letter of name) if (letter === written[at]) at++
  return at === written.length
}
