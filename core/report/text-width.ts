/** Advance widths of Helvetica's printable ASCII characters, from the space on, in thousandths of the font size. */
const asciiWidths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
]
const BOLD_RATIO = 1.07

/**
 * Width of a text mark in pixels. Measured by table and not by the machine's fonts, so that a figure is laid out alike
 * everywhere; letters beyond ASCII count as wide ones. What has a limit is cut there, and takes no more room.
 */
export function textWidth(item: object, text: unknown): number {
  const {
    fontSize = 11,
    fontWeight,
    limit = 0,
  } = item as { fontSize?: number; fontWeight?: string | number; limit?: number }
  let thousandths = 0
  for (const character of String(text ?? '').trim()) {
    const code = character.codePointAt(0)!
    thousandths += asciiWidths[code - 32] ?? (code < 0x2e80 ? 600 : 1000)
  }
  const bold = fontWeight === 'bold' || Number(fontWeight) >= 600
  const width = (thousandths / 1000) * fontSize * (bold ? BOLD_RATIO : 1)
  return limit > 0 ? Math.min(width, limit) : width
}
