/** A text on lines of so many columns, indented; words that are longer than a line are broken. */
export function wrap(text: string, columns: number, indent: number): string[] {
  const room = Math.max(20, columns - indent)
  const lines: string[] = []
  const words = text.split(' ').flatMap((word) => (word.length > room ? piecesOf(word, room) : [word]))
  for (const word of words.filter((each) => each !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => ' '.repeat(indent) + line)
}

const piecesOf = (word: string, length: number): string[] =>
  Array.from({ length: Math.ceil(word.length / length) }, (_, i) => word.slice(i * length, (i + 1) * length))
