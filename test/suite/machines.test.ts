import { expect, it } from 'vitest'
import { machinesOf } from '../../core/suite/output/machines.js'
import { syntheticResults } from './synthetic-suite.js'

it('cells of unlike machines are told from those of one', async () => {
  const results = await syntheticResults([{ a: { cost: [1, 2] }, b: { cost: [2, 3] } }])
  const on = (machines: readonly { readonly node: string; readonly cpu: string }[]) =>
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
  expect(on([first, first])).toEqual({ nodes: ['20.1.0'], cpus: ['abacus'], mixture: '' })
  expect(on([first, { ...first, node: '22.3.0' }]).mixture).toBe(
    'Cells were computed with Node 20.1.0 and 22.3.0: figures may differ in their last digits.',
  )
  expect(on([first, second])).toEqual({
    nodes: ['20.1.0', '22.3.0'],
    cpus: ['abacus', 'loom'],
    mixture:
      'Cells were computed with Node 20.1.0 and 22.3.0, on abacus and loom: figures may differ in their last digits, and decision times of one are not those of the other.',
  })
})
