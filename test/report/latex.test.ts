import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  estimateCell,
  numberColumn,
  pText,
  type TableColumn,
  textColumn,
} from '../../core/report/data-table.js'
import { latexText } from '../../core/report/latex-text.js'
import { refuseUnknownColumns, tableLatex } from '../../core/report/render-table.js'

const has = (program: string) => spawnSync(program, ['-v']).error === undefined
const canCompile = has('pdflatex')
const canRead = canCompile && has('pdftotext')

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cotwin-latex-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Compiles a document with this body; a fault of its ends the compiler with 1. */
function compile(name: string, body: string): string {
  const document = `\\documentclass{article}
\\usepackage[paperwidth=100cm,paperheight=60cm,margin=1cm]{geometry}
\\usepackage{booktabs}
\\pagestyle{empty}
\\begin{document}
${body}
\\end{document}
`
  writeFileSync(join(directory, `${name}.tex`), document)
  const words = ['-interaction=nonstopmode', '-halt-on-error', `${name}.tex`]
  const { status, stdout } = spawnSync('pdflatex', words, { cwd: directory, encoding: 'latin1' })
  expect(status, stdout.slice(-1500)).toBe(0)
  expect(stdout).not.toMatch(/Missing character|LaTeX Error/)
  return join(directory, `${name}.pdf`)
}

/** The words of a document; ligatures of its fonts as the letters they are. */
const read = (pdf: string): string =>
  execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).normalize('NFKC')

/** Labels with everything that means something to TeX, or that its fonts make something else of. */
const nasty = [
  'a < b > c | d',
  '100 % of $5 & #7',
  'under_score {braces} ^hat ~tilde',
  'back\\slash \\end{tabular} \\\\',
  '[0.9] after a row',
  '* starred',
  'two--dashes, ,,low and <<double>>',
  'Grüße, naïve café, Łódź, Ærø',
  'λ·T + μ·E ≤ 10⁻⁶ × 2 ± ∞',
  'line\nbreak\tand tab',
]
/** What `pdftotext` finds of each. */
const asRead = [
  'a < b > c | d',
  '100 % of $5 & #7',
  'under score {braces} ˆhat', // The underscore is a rule, hat and tilde are accents.
  'back\\slash \\end{tabular} \\\\',
  '[0.9] after a row',
  '* starred',
  'two--dashes, ,,low and <<double>>',
  undefined, // Accents are glyphs beside their letters.
  undefined, // Exponents are raised.
  'line break and tab',
]

const columns: TableColumn[] = [
  textColumn('scheduler_#1', nasty, (label) => label),
  numberColumn(nasty, { head: 'cost & more', unit: '%', of: (label) => label.length * 1e8, best: true }),
  {
    head: '[p]',
    unit: '',
    numeric: true,
    cells: nasty.map((_, i) => ({ text: pText(i === 0 ? 1e-9 : 0.5), value: 0.5 })),
  },
  {
    head: 'ratio',
    unit: '',
    numeric: true,
    cells: nasty.map((_, i) => estimateCell({ value: 10 ** (4 * i - 8), low: 1e-9, high: 1e12 })),
  },
]

describe('a table for a paper', () => {
  test('is a float with caption, label and booktabs', () => {
    const latex = tableLatex(columns, { caption: '50 % more_cost', label: 'tab:x' })
    expect(latex).toMatch(
      /^% needs \\usepackage\{booktabs\}\n\\begin\{table\}\[tbp\]\n\\centering\n\\caption\{50 \\% more\\_cost\}\n\\label\{tab:x\}\n\\begin\{tabular\}\{lrrr\}\n\\toprule\n/,
    )
    expect(latex).toMatch(/\\bottomrule\n\\end\{tabular\}\n\\end\{table\}\n$/)
  })

  test('keeps the columns that are asked for beside its first, in their order', () => {
    const heads = (keep: readonly string[]) =>
      tableLatex(columns, { caption: '', label: '', keep })
        .split('\n')
        .find((line) => line.startsWith('scheduler'))!
    expect(heads(['ratio', 'cost & more'])).toBe('scheduler\\_\\#1 & ratio & cost \\& more (\\%) \\\\')
    // A table without any of them is whole: several tables are written by one choice.
    expect(heads(['quit']).split(' & ')).toHaveLength(4)
    expect(() => refuseUnknownColumns(['ratios'], [columns], '--column')).toThrow(
      '--column: "ratios" is the head of no column; there are scheduler_#1, cost & more, [p], ratio (did you mean "ratio"?)',
    )
  })

  test.skipIf(!canCompile)('compiles whatever its labels are [skipped where there is no pdflatex]', () => {
    const table = tableLatex(columns, { caption: nasty.join('; '), label: 'tab:nasty' })
    const pdf = compile('nasty', `${table}\nSee Table~\\ref{tab:nasty}.`)
    if (!canRead) return
    const text = read(pdf)
    const squeezed = text.replace(/\s+/g, ' ')
    for (const label of asRead) if (label !== undefined) expect(squeezed).toContain(label)
    // Not `¡ 0.001`, which is what < is in TeX's own encoding.
    expect(text).toContain('< 0.001')
    expect(text).not.toMatch(/[¡¿]/)
  })

  test.skipIf(!canCompile)('compiles any character there is [skipped where there is no pdflatex]', () => {
    const ranges = fc.oneof(
      fc.integer({ min: 0, max: 0x17f }),
      fc.integer({ min: 0x180, max: 0x2fff }),
      fc.integer({ min: 0, max: 0x10ffff }),
    )
    const strings = fc.array(ranges, { minLength: 1, maxLength: 12 })
    const drawn = fc
      .sample(strings, { numRuns: 300, seed: 5 })
      .map((codes) => codes.map((code) => String.fromCodePoint(code)).join(''))
    const printable = Array.from({ length: 0x17f }, (_, code) => String.fromCharCode(code))
    const rows = [...printable, ...printable.flatMap((c) => [`${c}[x`, `${c}${c}`]), ...drawn]
    const body = rows.map((label) => `\\mbox{${latexText(label)}} `).join('\n')
    compile('anything', `\\tiny\\raggedright ${body}`)
  })
})

test('letters of other scripts stand for themselves where the engine has them, else by their code', () => {
  expect(latexText('模')).toBe('\\ifdefined\\Umathcode 模\\else {[}U+6A21{]}\\fi{}')
  expect(latexText('\u2028\ud800')).toBe(' {[}U+D800{]}')
  expect(latexText('10⁻¹²')).toBe('10$^{-12}$')
  expect(latexText('é')).toBe("\\'{e}")
})
