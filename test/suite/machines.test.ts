import { expect, test } from 'vitest'
import { analyse } from '../../core/suite/analysis/analysis.js'
import { verdictsOn } from '../../core/suite/analysis/claims.js'
import { machinesOf } from '../../core/suite/output/machines.js'
import { timingNote } from '../../core/suite/output/tables/timing-note.js'
import { syntheticResults } from './synthetic-suite.js'

test('cells of unlike machines are told from those of one', async () => {
  const results = await syntheticResults([{ a: { cost: [1, 2] }, b: { cost: [2, 3] } }])
  const on = (machines: readonly { readonly node: string; readonly cpu: string; readonly host?: string }[]) =>
    machinesOf({
      settings: results.settings.map((setting) => ({
        ...setting,
        schedulers: setting.schedulers.map((scheduler, i) => ({
          ...scheduler,
          records: scheduler.records.map((record) => ({ ...record, ...machines[i] })),
        })),
      })),
    })
  const [first, second] = [
    { node: '20.1.0', cpu: 'abacus' },
    { node: '22.3.0', cpu: 'loom' },
  ]
  expect(on([first, { ...first, host: 'z' }])).toEqual({
    nodes: ['20.1.0'],
    cpus: ['abacus'],
    hosts: ['y (1 cell)', 'z (1 cell)'],
    mixture: '',
  })
  expect(on([first, { ...first, node: '22.3.0' }]).mixture).toBe(
    'Cells were computed with Node 20.1.0 and 22.3.0: figures may differ in their last digits.',
  )
  expect(on([first, second])).toEqual({
    nodes: ['20.1.0', '22.3.0'],
    cpus: ['abacus', 'loom'],
    hosts: ['y (2 cells)'],
    mixture:
      'Cells were computed with Node 20.1.0 and 22.3.0, on abacus and loom: figures may differ in their last digits, and decision times are those of one kind of processor.',
  })
})

test('decision times are those of the processor on which most cells ran', async () => {
  const claim = { claim: 'quicker', compare: ['a', 'b'], metric: 'decisionSeconds', expect: 'lower' } as const
  const seeds = 8
  const cost = Array.from({ length: seeds * 2 }, () => 1)
  // On seeds 1 and 2 of a loom, which takes a hundred times as long.
  const ms = (own: number) => cost.map((_, i) => (i < 4 ? 100 * own : own) * (1 + i / 1000))
  const results = await syntheticResults([{ a: { cost, ms: ms(1) }, b: { cost, ms: ms(2) } }], {
    seeds,
    claims: [{ ...claim, statistic: 'mean' }],
  })
  const mixed = {
    ...results,
    settings: results.settings.map((setting) => ({
      ...setting,
      schedulers: setting.schedulers.map((scheduler) => ({
        ...scheduler,
        records: scheduler.records.map((record) => ({
          ...record,
          cpu: record.seed <= 2 ? 'loom' : 'abacus',
        })),
      })),
    })),
  }
  const { settings } = analyse(mixed)
  expect(settings[0].processor).toBe('abacus')
  expect(settings[0].compared[0].medianDecision).toBeCloseTo(0.00101, 5)
  expect(timingNote({ settings })).toContain('those of cells on abacus, on which most of a setting ran')
  const [verdict] = verdictsOn(mixed, [])
  expect(verdict.verdict).toBe('holds')
  expect(verdict.ratio?.value).toBeCloseTo(0.5, 6)
  expect(verdict.remark).toMatch(/^of cells on abacus alone/)
  // Only on unlike ones there is nothing to compare.
  const apart = {
    ...mixed,
    settings: mixed.settings.map((setting) => ({
      ...setting,
      schedulers: setting.schedulers.map((scheduler, i) => ({
        ...scheduler,
        records: scheduler.records.map((record) => ({ ...record, cpu: i === 0 ? 'loom' : 'abacus' })),
      })),
    })),
  }
  expect(verdictsOn(apart, [])[0].verdict).toBe('not measured')
  expect(analyse(results).settings[0].processor).toBeUndefined()
})
