// Plants faults in the numerics, one at a time, and tells which of them no test notices. See README.md here.

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { RandomStreams } from '../../core/kernel/random.js'
import { equivalents } from './equivalent.js'
import { Hunt, type Verdict } from './hunt.js'
import { type Mutant, mutantsOf } from './mutants.js'
import { type Subject, subjects } from './subjects.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    subject: { type: 'string', default: '' },
    verdicts: { type: 'string' },
  },
})
const size = values.sample === 'all' ? Number.POSITIVE_INFINITY : Number(values.sample)
const reasons = new Set(equivalents.map(({ file, after }) => `${file}\n${after}`))
const noticedBefore = new Set(
  verdictsIn(values.verdicts)
    .filter(isNoticed)
    .map(({ mutant }) => keyOf(mutant)),
)

console.log('subject                mutants  noticed  equivalent  left')
for (const subject of subjects.filter(({ name }) => name.includes(values.subject))) {
  const mutants = chooseFrom(subject)
  if (mutants.length > 0) await judge(subject, mutants)
}

/** A sample of the subject's mutants, or of those in the files that are named. */
function chooseFrom(subject: Subject): Mutant[] {
  const named = (file: string) => positionals.length === 0 || positionals.some((each) => file.includes(each))
  const mutants = subject.files.filter(named).flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')))
  return new RandomStreams(values.seed).stream(`mutants of ${subject.name}`).shuffle(mutants).slice(0, size)
}

async function judge(subject: Subject, mutants: readonly Mutant[]): Promise<void> {
  const equivalent = mutants.filter(({ file, after }) => reasons.has(`${file}\n${after}`))
  const others = mutants.filter((mutant) => !equivalent.includes(mutant))
  const open = others.filter((mutant) => !noticedBefore.has(keyOf(mutant)))
  let left = 0
  if (open.length > 0) {
    const hunt = new Hunt(subject)
    await hunt.begin()
    for (const mutant of open) {
      const verdict = await hunt.judge(mutant)
      if (values.verdicts) appendFileSync(values.verdicts, `${JSON.stringify(verdict)}\n`)
      if (isNoticed(verdict)) continue
      left++
      console.log(
        `  ${mutant.file}:${mutant.line} ${mutant.operator}\n    ${mutant.before}\n    ${mutant.after}`,
      )
    }
    hunt.end()
  }
  const figures = [mutants.length, others.length - left, equivalent.length, left]
  const columns = figures.map((figure, i) => String(figure).padStart([7, 9, 12, 6][i]))
  console.log(`${subject.name.padEnd(22)} ${columns.join('')}`)
}

function keyOf({ file, before, after, operator }: Mutant): string {
  return [file, operator, before, after].join('\n')
}

function isNoticed({ noticedBy }: Verdict): boolean {
  return noticedBy !== null
}

function verdictsIn(path: string | undefined): Verdict[] {
  if (path === undefined || !existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}
