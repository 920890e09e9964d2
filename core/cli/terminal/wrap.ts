/** A text on lines of so many columns, indented. */
export function wrap(text: string, columns: number, indent: number): string[] {
  const room = Math.max(20, columns - indent)
  const lines: string[] = []
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => ' '.repeat(indent) + line)
}
