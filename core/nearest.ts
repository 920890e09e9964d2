import { distance } from 'fastest-levenshtein'

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
  return best
}
