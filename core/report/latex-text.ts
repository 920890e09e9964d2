// Any text as LaTeX that every engine sets as it is written, with no package beyond the kernel's own fonts.

/** Characters that mean something to LaTeX, are other glyphs in its first font encoding, or that it lacks. */
const characters: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedblright{}',
  '`': '\\`{}',
  // After the end of a row these would be its options.
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  '\u00a0': '~',
  '–': '--{}',
  '—': '---{}',
  '‘': '`{}',
  '’': "'{}",
  '“': '``{}',
  '”': "''{}",
  '…': '\\dots{}',
  ß: '\\ss{}',
  æ: '\\ae{}',
  Æ: '\\AE{}',
  œ: '\\oe{}',
  Œ: '\\OE{}',
  ø: '\\o{}',
  Ø: '\\O{}',
  ł: '\\l{}',
  Ł: '\\L{}',
  ı: '\\i{}',
  '§': '\\S{}',
  '¡': '!`{}',
  '¿': '?`{}',
}

/** Symbols that are set in math. */
const symbols: Readonly<Record<string, string>> = {
  '−': '-',
  '×': '\\times',
  '·': '\\cdot',
  '±': '\\pm',
  '∞': '\\infty',
  '≤': '\\le',
  '≥': '\\ge',
  '≠': '\\ne',
  '≈': '\\approx',
  '→': '\\to',
  '←': '\\leftarrow',
  '°': '^\\circ',
  µ: '\\mu',
  ...greek(),
}

/** Letters of their own; those that look like Latin ones have no command. */
function greek(): Record<string, string> {
  const names =
    'α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho ' +
    'σ sigma τ tau υ upsilon φ varphi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega'
  const words = names.split(' ')
  return Object.fromEntries(words.flatMap((word, i) => (i % 2 === 0 ? [[word, `\\${words[i + 1]}`]] : [])))
}

/** Accents by their combining characters, over the letter before. */
const accents: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0304': '=',
  '\u0306': 'u',
  '\u0307': '.',
  '\u0308': '"',
  '\u030a': 'r',
  '\u030b': 'H',
  '\u030c': 'v',
  '\u0327': 'c',
}

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'
const lowered = '₀₁₂₃₄₅₆₇₈₉₋'
const digits = '0123456789-'

/**
 * Text as it may stand in LaTeX, in a table's cell or a caption, whatever characters it has.
 *
 * Letters of other scripts, which pdfTeX has no fonts for, stand as they are where the engine is XeTeX or LuaTeX, and
 * by their code, `[U+4F60]`, where it is not.
 */
export function latexText(text: string): string {
  return text.normalize('NFC').replace(PIECES, piece)
}

/** Each run of raised or lowered digits is one exponent or index. */
const PIECES = new RegExp(`[${raised}]+|[${lowered}]+|\\s+|\\S`, 'gu')
/** Fonts make one glyph of these and what follows. */
const JOINS = /^[-,'?!]$/

function piece(found: string, at: number, text: string): string {
  if (/^\s/u.test(found) && found !== '\u00a0') return ' '
  if (raised.includes(found[0])) return `$^{${plain(found, raised)}}$`
  if (lowered.includes(found[0])) return `$_{${plain(found, lowered)}}$`
  if (Object.hasOwn(characters, found)) return characters[found]
  if (Object.hasOwn(symbols, found)) return `$${symbols[found]}$`
  if (/^[&%$#_{}]$/.test(found)) return `\\${found}`
  if (JOINS.test(found) && /^[-–—,'‘’“”]/.test(text.slice(at + 1))) return `${found}{}`
  if (/^[\x20-\x7e]$/.test(found)) return found
  return accented(found) ?? byCode(found)
}

const plain = (found: string, from: string): string =>
  [...found].map((digit) => digits[from.indexOf(digit)]).join('')

/** `\'{e}`; undefined for what is no ASCII letter with one accent. */
function accented(character: string): string | undefined {
  const [letter, mark, ...more] = character.normalize('NFD')
  if (more.length > 0 || !/^[A-Za-z]$/.test(letter) || !Object.hasOwn(accents, mark ?? '')) return undefined
  const under = letter === 'i' || letter === 'j' ? `\\${letter}` : letter
  return `\\${accents[mark]}{${under}}`
}

function byCode(character: string): string {
  const code = `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`
  const named = code.replace('[', '{[}').replace(']', '{]}')
  // What no font shows, and halves of a pair, which no file can hold.
  if (/^[\p{C}\p{M}\p{Z}]$/u.test(character)) return named
  return `\\ifdefined\\Umathcode ${character}\\else ${named}\\fi{}`
}
