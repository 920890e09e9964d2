import { power } from '../kernel/power.js'
import { spectralEfficiency } from '../network/rate-curve.js'
import { type Check, check, expectEqual, expectThat } from './check.js'
import type { Subject } from './subject.js'

/** What a rate promises: a curve that never falls, given as data. */
export function rateChecks(subject: Subject<'rate'>): Check[] {
  /** From -60 to 100 dB. */
  const sinrs = Float64Array.from({ length: 3201 }, (_, i) => power(10, (i - 1200) / 200))
  const values = async () => {
    const curve = await subject.create()
    return sinrs.map((sinr) => spectralEfficiency(curve, sinr))
  }
  return [
    check('is created at once', async () => {
      const created = subject.plugin.create(subject.options, { files: subject.files })
      expectThat(!(created instanceof Promise), 'create() returns a promise; expected the curve itself')
      return undefined
    }),
    check('gives efficiencies that are finite and not negative', async () => {
      for (const [i, value] of (await values()).entries())
        expectThat(value >= 0 && value < Infinity, `at a SINR of ${sinrs[i]} it is ${value} bit/s/Hz`)
      return undefined
    }),
    check('never falls as the SINR rises', async () => {
      const found = await values()
      for (let i = 1; i < found.length; i++)
        expectThat(
          found[i] >= found[i - 1],
          `it falls from ${found[i - 1]} to ${found[i]} bit/s/Hz at a SINR of ${sinrs[i]}`,
        )
      return undefined
    }),
    check('lists thresholds in ascending order, each with an efficiency, if it is a table', async () => {
      const curve = await subject.create()
      if (curve.form !== 'table') return 'it is a formula'
      const { sinr, efficiency } = curve
      expectThat(
        sinr.length === efficiency.length && sinr.length > 0,
        'its two columns differ in length, or are empty',
      )
      for (let i = 1; i < sinr.length; i++)
        expectThat(sinr[i] > sinr[i - 1], `threshold ${i} is ${sinr[i]} after ${sinr[i - 1]}`)
      return `${sinr.length} steps`
    }),
    check('is the same again', async () => {
      expectEqual(await values(), await values(), 'two instances gave different efficiencies')
      return undefined
    }),
  ]
}
