import { describe, expect, test } from 'vitest'
import { compareSchedulers } from '../../core/report/comparison.js'
import { comparisonColumns, comparisonLatex } from '../../core/report/comparison-table.js'
import { headline } from '../../core/report/headline.js'
import { tableCsv, tableLatex } from '../../core/report/render-table.js'
import type { ReportData } from '../../core/report/report-data.js'
import { handMadeRun, syntheticRun } from './synthetic-run.js'

/** Schedulers by the clients that they serve in each round, and bring to its end; each is cheaper than the one before. */
function serving(
  served: Record<string, number[]>,
  completed: Partial<Record<string, number[]>> = {},
): ReportData {
  const labels = Object.keys(served)
  const data = handMadeRun(
    Object.fromEntries(labels.map((label, i) => [label, served[label].map(() => 10 - i)])),
  )
  return {
    ...data,
    schedulers: data.schedulers.map((each) => ({
      ...each,
      served: Float64Array.from(served[each.label]),
      completed: Float64Array.from(completed[each.label] ?? served[each.label]),
      active: each.active.map(() => 4),
    })),
  }
}

const textOf = (data: ReturnType<typeof syntheticRun>, head: string) =>
  comparisonColumns(compareSchedulers(data))
    .find((column) => column.head === head)
    ?.cells.map(({ text }) => text)

describe('the headline table', () => {
  test('holds means, medians and the paired comparison as computed by hand', () => {
    const [base, other] = compareSchedulers(handMadeRun({ base: [2, 4, 6, 8], other: [1, 5, 3, 7] }))
    expect(base).toMatchObject({ meanCost: 5, medianCost: 5, rounds: 4 })
    expect(base.against).toBeUndefined()
    expect(other).toMatchObject({ meanCost: 4, medianCost: 4 })
    expect(other.against).toMatchObject({
      rounds: 4,
      won: 0.75,
      ratio: { value: 0.8 },
      difference: { value: -1 },
    })
  })

  test('equals what the costs of a long run come to directly', () => {
    const data = syntheticRun({ rounds: 400 })
    const rows = compareSchedulers(data)
    const average = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length
    const reference = Array.from(data.schedulers[0].cost)
    for (const [s, { label, cost, time, energy, decisionSeconds }] of data.schedulers.entries()) {
      const costs = Array.from(cost)
      const middle = costs.toSorted((a, b) => a - b)
      const decisions = Array.from(decisionSeconds).toSorted((a, b) => a - b)
      expect(rows[s].label).toBe(label)
      expect(rows[s].meanCost / average(costs)).toBeCloseTo(1, 12)
      expect(rows[s].medianCost).toBeCloseTo((middle[199] + middle[200]) / 2, 9)
      expect(rows[s].meanTime / average(Array.from(time))).toBeCloseTo(1, 12)
      expect(rows[s].meanEnergy / average(Array.from(energy))).toBeCloseTo(1, 12)
      expect(rows[s].medianDecision).toBeCloseTo((decisions[199] + decisions[200]) / 2, 12)
      if (s === 0) continue
      const { against } = rows[s]
      expect(against?.ratio.value).toBeCloseTo(average(costs) / average(reference), 9)
      expect(against?.won).toBe(costs.filter((each, i) => each < reference[i]).length / 400)
      const usual = costs.map((each, i) => Math.log(each / reference[i]))
      expect(against?.typicalRatio.value).toBeCloseTo(Math.exp(average(usual)), 9)
      if (rows[s].doubt === undefined) {
        expect(against?.ratio.low).toBeLessThan(against?.ratio.value ?? 0)
        expect(against?.ratio.high).toBeGreaterThan(against?.ratio.value ?? 0)
      } else expect(against?.ratio.low).toBeNaN()
    }
    // A few rounds make the mean of what is assigned at random, and of it alone.
    expect(rows.filter(({ doubt }) => doubt !== undefined).map(({ label }) => label)).toEqual(['random'])
  })

  test('tells differences as exactly as the costs that they are between', () => {
    const small = handMadeRun({ base: [0.173, 0.173], other: [0.176, 0.1765] })
    expect(textOf(small, 'cost difference')).toEqual(['0', '0.0033'])
    const large = handMadeRun({ base: [1269, 1269], other: [1232, 1231] })
    expect(textOf(large, 'cost difference')).toEqual(['0', '−37.5'])
  })

  test('compares with the baseline that the scenario names', () => {
    const rows = compareSchedulers({
      ...handMadeRun({ base: [2, 4], other: [1, 2], third: [4, 8] }),
      baseline: 'other',
    })
    expect(rows.map(({ against }) => against?.ratio.value)).toEqual([2, undefined, 4])
  })

  test('pairs only the rounds that both took part in', () => {
    const [, other] = compareSchedulers(handMadeRun({ base: [2, 4, 6, 8], other: [1, 2] }))
    expect(other.against).toMatchObject({ rounds: 2, ratio: { value: 0.5 } })
  })

  test('gives a scheduler the same interval whoever else is in the file', () => {
    const pair = handMadeRun({ base: [2, 4, 6, 8], other: [1, 5, 3, 7] })
    const three = handMadeRun({ base: [2, 4, 6, 8], third: [9, 9, 9, 9], other: [1, 5, 3, 7] })
    expect(compareSchedulers(three)[2]).toEqual(compareSchedulers(pair)[1])
  })

  test('shows no interval for a single round, and infinity where a round never ends', () => {
    const single = handMadeRun({ base: [2], other: [1] })
    expect(textOf(single, 'cost ratio')).toEqual(['1', '0.500'])
    const columns = comparisonColumns(compareSchedulers(single))
    expect(columns.flatMap(({ cells }) => cells).some(({ interval }) => interval)).toBe(false)
    const endless = handMadeRun({ base: [2, 3], other: [1, Number.POSITIVE_INFINITY] })
    expect(textOf(endless, 'mean cost')).toEqual(['2.500', '∞'])
    expect(textOf(endless, 'cost ratio')?.[1]).toBe('∞')
  })

  test('leaves out what is zero for everyone, and comparisons of one', () => {
    const heads = comparisonColumns(compareSchedulers(handMadeRun({ base: [2, 3] }))).map(({ head }) => head)
    expect(heads).toEqual([
      'scheduler',
      'tier',
      'mean cost',
      'median cost',
      'served',
      'mean time',
      'mean energy',
      'median decision',
    ])
    expect(textOf(syntheticRun({ quitting: 1 }), 'quit')).toEqual(['1', '2', '3', '4', '5', '6'])
  })

  test('tells beside the costs how many clients they are the costs of', () => {
    const data = serving({ all: [4, 4], half: [2, 2], none: [0, 0] })
    expect(textOf(data, 'served')).toEqual(['4', '2', '0'])
    expect(textOf(data, 'finished')).toBeUndefined()
    const late = serving({ all: [4, 4], late: [4, 4] }, { late: [3, 0] })
    expect(textOf(late, 'served')).toEqual(['4', '4'])
    expect(textOf(late, 'finished')).toEqual(['4.00', '1.50'])
    expect(textOf(late, 'unfinished')).toEqual(['0', '5'])
  })

  test('sets no cost, time or energy bold that is lower for having fewer clients', () => {
    const bold = (data: ReportData) =>
      comparisonColumns(compareSchedulers(data)).flatMap(({ head, cells }) =>
        cells.flatMap(({ best }, i) => (best ? [`${head} of ${data.schedulers[i].label}`] : [])),
      )
    // The cost of a round is 10 less what has gone before.
    const alike = serving({ a: [4, 4], b: [4, 4], none: [0, 0] })
    expect(bold(alike)).toContain('mean cost of b')
    expect(
      bold(alike).filter((each) => each.endsWith('none') && !each.startsWith('median decision')),
    ).toEqual([])
    const alone = serving({ all: [4, 4], half: [2, 2], none: [0, 0] })
    expect(bold(alone).filter((each) => /cost|time|energy/.test(each))).toEqual([])
  })

  test('counts a round as won only with no fewer clients that finished', () => {
    const [, half] = compareSchedulers(serving({ all: [4, 4], half: [4, 2] }))
    expect(half.against).toMatchObject({ won: 0.5, comparable: false })
  })

  test('marks the lowest of each column', () => {
    const cost = comparisonColumns(compareSchedulers(handMadeRun({ base: [2, 4], other: [1, 2] })))[2]
    expect(cost.cells.map(({ best }) => best ?? false)).toEqual([false, true])
  })
})

describe('the table to copy', () => {
  test('is CSV with full numbers, quoted names and bounds of their own', () => {
    const data = handMadeRun({ 'a, "b"': [1, 2, 4], c: [2, 3, 7] })
    const csv = tableCsv(comparisonColumns(compareSchedulers(data)))
    const [head, first, second] = csv.trimEnd().split('\n')
    expect(head).toContain('mean cost')
    expect(head).toContain('cost ratio,cost ratio 95 % from,cost ratio 95 % to')
    expect(first).toMatch(/^"a, ""b""",twin,2\.33333333/)
    expect(second.split(',')).toHaveLength(head.split(',').length)
  })

  test('is LaTeX with special characters escaped and as many cells in every row', () => {
    const data = handMadeRun({ 'a_b & 50%': [1, 2], 'c\\d': [2e9, 3e9] })
    const latex = tableLatex(comparisonColumns(compareSchedulers(data)), comparisonLatex(data))
    expect(latex).toContain('a\\_b \\& 50\\%')
    expect(latex).toContain('c\\textbackslash{}d')
    expect(latex).toContain('$\\times$10$^{9}$')
    const rows = latex.split('\n').filter((line) => line.endsWith('\\\\'))
    const cells = rows.map((row) => row.replaceAll('\\&', '').split('&').length)
    expect(new Set(cells).size).toBe(1)
    expect(rows).toHaveLength(3)
    expect(latex).not.toMatch(/[⁰-⁹×∞−]/u)
  })
})

describe('the headline', () => {
  const told = (costs: Record<string, number[]>) => {
    const data = handMadeRun(costs)
    return headline(data, compareSchedulers(data))
  }

  test('names the best and its ratio to the baseline', () => {
    expect(told({ base: [2, 4, 6, 8], other: [1, 2, 3, 4] })).toMatch(
      /^Over 4 rounds, other had the lowest mean system cost: 2\.500 a round, 0\.500 times \(95 % .*\) that of the baseline base\. It was the cheaper of the two in 100\.0 % of the rounds\.$/,
    )
  })

  test('names the next where the baseline is best', () => {
    expect(told({ base: [2], worst: [6], other: [4], worse: [5] })).toContain(
      'The next, other, came to 2.000 times as much, and was the cheaper of the two in 0.0 % of the rounds.',
    )
  })

  test('names no winner that served nobody, nor one that served fewer', () => {
    const of = (data: ReportData) => headline(data, compareSchedulers(data))
    const alone = of(serving({ all: [4, 4], half: [2, 2], nobody: [0, 0] }))
    expect(alone).toMatch(
      /^Over 2 rounds, all served more clients than any other, .* none can be called the cheapest/,
    )
    expect(alone).toContain('all 4.00; half 2.00; nobody 0')
    const two = of(serving({ a: [4, 4], b: [4, 4], nobody: [0, 0] }))
    expect(two).toMatch(
      /^Over 2 rounds, b had the lowest mean system cost of those that served the most clients/,
    )
    expect(two).toContain('nobody: costs of fewer do not compare')
    const none = of(serving({ a: [4, 4], b: [4, 4] }, { a: [0, 0], b: [0, 0] }))
    expect(none).toMatch(/^Over 2 rounds, no client came to the end of one under any scheduler/)
    expect(none).not.toMatch(/lowest|cheaper of/)
  })

  test('claims nothing of runs of different length, or of none', () => {
    expect(told({ base: [2, 2], other: [4] })).toContain('did not all get through')
    expect(told({ base: [], other: [] })).toBe('No round was completed.')
  })
})
