import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { type Analysis, analyse } from '../../core/suite/analysis/analysis.js'
import { verdictsOn } from '../../core/suite/analysis/claims.js'
import { unitOf } from '../../core/suite/analysis/independence.js'
import { suitePage } from '../../core/suite/output/page.js'
import { resultsPage } from '../../core/suite/output/results-page.js'
import { allTables } from '../../core/suite/output/tables/all-tables.js'
import { load } from './support.js'
import { syntheticResults } from './synthetic-suite.js'

const random = new RandomStreams(9).stream('costs')
const noisy = (count: number, mean: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => mean(i) * (1 + 0.05 * random.normal()))

describe('what is independent', () => {
  const unit = async (set: string) => {
    const { settings } = await load(`scenarios: [small.yaml]\nset: { ${set} }\n`)
    return unitOf({ setting: settings[0], label: '', schedulers: [] })
  }

  test('is a round where positions are new in each and nothing is carried over', async () => {
    expect(await unit('rounds: 5')).toBe('round')
    expect(await unit('network.clients.powerDbm: [20, 21, 22, 23]')).toBe('round')
  })

  test.each([
    'network.clients.positions: fixed',
    'network.clients.positions: per-episode',
    'network.clients.powerDbm: { uniform: [17, 23] }',
    'network.servers.placement: uniform',
    'budgets.latencySeconds: 1e9',
    'budgets.energyJoules: 1e9',
    'twin: { everyRounds: 5 }',
  ])('is a seed with %s', async (set) => {
    expect(await unit(set)).toBe('seed')
  })
})

describe('rounds of the same positions', () => {
  // Of five networks b is dearer in four and much cheaper in one, which its rounds agree on.
  const shift = [1.02, 1.05, 0.7, 1.04, 1.03]
  const [seeds, size] = [shift.length, 40]
  const figures = () => {
    const cost = noisy(seeds * size, () => 100)
    return { a: { cost }, b: { cost: noisy(seeds * size, (i) => shift[Math.floor(i / size)] * cost[i]) } }
  }

  test('are not taken for independent: intervals and tests go by seeds', async () => {
    const costs = figures()
    const [fixed, anew] = await Promise.all(
      (['fixed', 'per-round'] as const).map((positions) => syntheticResults([costs], { seeds, positions })),
    )
    const of = (analysis: Analysis) => analysis.settings[0].compared[1].against!
    const [bySeed, byRound] = [of(analyse(fixed)), of(analyse(anew))]
    expect([bySeed.unit, byRound.unit]).toEqual(['seed', 'round'])
    // By seeds: logarithms of 1.02, 1.05, 0.7, 1.04, 1.03, whose t is -0.6.
    expect(bySeed.p).toBeGreaterThan(0.4)
    expect(bySeed.ratio.low).toBeLessThan(0.8)
    expect(bySeed.ratio.high).toBeGreaterThan(1.15)
    expect(byRound.ratio.high).toBeLessThan(1)
  })

  test('of one seed say nothing of other positions: no interval, no verdict', async () => {
    const claims = [{ claim: 'x', compare: ['b', 'a'] as const, expect: 'lower' as const }]
    const costs = { a: { cost: noisy(50, () => 100) }, b: { cost: noisy(50, () => 50) } }
    const results = await syntheticResults([costs], { positions: 'fixed', claims })
    const { ratio, p } = analyse(results).settings[0].compared[1].against!
    expect([ratio.value, ratio.low, ratio.high, p]).toEqual([expect.closeTo(0.5, 1), NaN, NaN, NaN])
    expect(verdictsOn(results)).toMatchObject([
      { verdict: 'undecided', remark: '1 seed is too few for an interval' },
    ])
  })

  test('of seeds that end early count each seed once', async () => {
    const results = await syntheticResults(
      [{ a: { cost: noisy(80, () => 100) }, b: { cost: noisy(80, () => 100) } }],
      {
        seeds: 2,
        positions: 'fixed',
      },
    )
    // Seed 2 ends after 4 of 40 rounds, having cost three times as much.
    const [a] = results.settings[0].schedulers
    const kept = (values: Float64Array) => values.filter((_, row) => row < 44)
    const ended = {
      ...a,
      ...Object.fromEntries(
        Object.entries(a).map(([name, value]) => [name, value instanceof Float64Array ? kept(value) : value]),
      ),
      cost: kept(a.cost).map((cost, row) => (row < 40 ? cost : 3 * cost)),
      records: a.records.map((record, i) => ({ ...record, rounds: i === 0 ? 40 : 4 })),
    }
    const setting = { ...results.settings[0], schedulers: [ended, results.settings[0].schedulers[1]] }
    const { settings } = analyse({ ...results, settings: [setting] })
    expect(settings[0].compared[0].meanCost).toBeCloseTo(200, -1)
    const [table] = allTables({ ...analyse(results), settings }, [])
    expect(table.note).toMatch(/Ended before their 6 rounds: .*a, seed 2, after 4/)
  })
})

describe('claims by seeds', () => {
  const five = (value: number) => Array.from({ length: 5 }, () => value)

  test('of quits are undecided where five seeds do not tell, and hold where they do', async () => {
    const quits = { a: [8, 8, 9, 8, 8], b: [8, 9, 11, 9, 8], c: [11, 12, 12, 11, 12] }
    const results = await syntheticResults(
      [
        Object.fromEntries(
          Object.entries(quits).map(([label, own]) => [label, { cost: five(1), quits: own }]),
        ),
      ],
      {
        seeds: 5,
        claims: ['b', 'c'].map((other) => ({
          claim: other,
          compare: ['a', other] as const,
          metric: 'quit' as const,
          expect: 'lower' as const,
        })),
      },
    )
    const [undecided, holds] = verdictsOn(results)
    // Differences 0, -1, -2, -1, 0: t = -2.14 of four degrees of freedom, p = 0.099. Bootstrap percentiles end at 0.98.
    expect(undecided).toMatchObject({ verdict: 'undecided', ratio: { value: expect.closeTo(41 / 45, 12) } })
    expect(undecided.ratio!.high).toBeGreaterThan(1)
    expect(holds.verdict).toBe('holds')
  })
})

describe('a mean that a few rounds make', () => {
  const usual = () => noisy(300, () => 100)
  /** Cheaper than usual in all rounds but two. */
  const wild = () => noisy(300, () => 80).map((cost, i) => (i % 150 === 7 ? 3e6 : cost))

  test('has no interval and no verdict, and the usual round is told beside it', async () => {
    const results = await syntheticResults([{ a: { cost: usual() }, b: { cost: wild() } }], {
      claims: [
        { claim: 'mean', compare: ['b', 'a'], expect: 'lower' },
        { claim: 'median', compare: ['b', 'a'], statistic: 'median', expect: 'lower' },
        { claim: 'spread', compare: ['a', 'b'], statistic: 'std', expect: 'lower' },
      ],
    })
    const analysis = analyse(results)
    const [, b] = analysis.settings[0].compared
    expect(b.doubt).toMatch(/^the largest 3 of 300 make 100 % of it/)
    expect(b.against).toMatchObject({ ratio: { low: NaN, high: NaN }, tendency: 'lower' })
    expect(b.against!.typicalRatio.high).toBeLessThan(1)
    const verdicts = verdictsOn(results)
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['undecided', 'holds', 'undecided'])
    expect(verdicts[0].remark).toMatch(
      /^no verdict on the mean of b’s cost by round: the largest 3 of 300 make 100 % of it/,
    )
    expect(verdicts[2].remark).toMatch(/^no verdict on the standard deviation of b’s cost by round: /)
    const table = allTables(analysis, verdicts).find(({ id }) => id.startsWith('schedulers'))!
    expect(table.note).toContain(
      'The mean cost of b is none to judge by: the largest 3 of 300 make 100 % of it',
    )
    const cell = (head: string) => table.columns.find((column) => column.head === head)!.cells[1]
    expect(cell('cost ratio').interval).toBeUndefined()
    expect(cell('p (Holm)').text).toBe('lower, < 0.001')
    expect(cell('median cost').value).toBeLessThan(95)
  })

  test('crosses nothing: only costs whose intervals tell them apart do', async () => {
    const at = (b: number[]) => ({ a: { cost: usual() }, b: { cost: b } })
    const of = async (...settings: ReturnType<typeof at>[]) => {
      const results = await syntheticResults(settings, { clients: [8, 16, 24].slice(0, settings.length) })
      return analyse(results).crossings.filter(({ figure }) => figure === 'mean cost')
    }
    const [cheap, dear] = [noisy(300, () => 90), noisy(300, () => 110)]
    expect(await of(at(cheap), at(wild()), at(cheap))).toEqual([])
    const even = noisy(300, () => 100)
    expect(await of(at(cheap), at(even), at(dear))).toMatchObject([
      { before: 'b', after: 'a', x: expect.closeTo(14, 0), between: [8, 24] },
    ])
  })
})

test('who is not ranked is named, with the settings that it is missing from', async () => {
  const cost = noisy(20, () => 100)
  const both = { a: { cost }, b: { cost: noisy(20, () => 90) } }
  const results = await syntheticResults([{ ...both, c: { cost } }, both], { clients: [8, 16], seeds: 2 })
  const analysis = analyse(results)
  expect(analysis.ranking).toMatchObject({
    labels: ['a', 'b'],
    omitted: [{ label: 'c', settings: ['N = 16'] }],
  })
  const ranks = allTables(analysis, []).find(({ id }) => id === 'ranks')!
  expect(ranks.note).toMatch(/ Not ranked: c, which did not take part in N = 16\.$/)
})

test('few seeds are what is ranked over where rounds are not independent', async () => {
  const costs = { a: { cost: noisy(60, () => 100) }, b: { cost: noisy(60, () => 90) } }
  const blocks = async (positions: 'fixed' | 'per-round') => {
    const { ranking } = analyse(await syntheticResults([costs], { seeds: 3, positions }))
    return [ranking!.block, ranking!.blocks]
  }
  expect(await blocks('per-round')).toEqual(['a round', 60])
  expect(await blocks('fixed')).toEqual(['a setting and seed', 3])
})

test('ranked are costs of the rounds that all played', async () => {
  const [a, b] = [noisy(12, () => 100), noisy(8, () => 90)]
  const { ranking } = analyse(await syntheticResults([{ a: { cost: a }, b: { cost: b } }]))
  expect([ranking!.block, ranking!.blocks]).toEqual(['a round', 8])
})

describe('ranks and claims do not praise who serves fewer clients', () => {
  /** Three schedulers of like costs over rounds of one setting, of which the last served so many clients in each. */
  async function rankingWith(served: (round: number) => number) {
    const cost = Array.from({ length: 20 }, (_, i) => 100 + i)
    const dear = cost.map((each) => 2 * each)
    const cheap = cost.map((each) => each / 100)
    const results = await syntheticResults([{ a: { cost }, b: { cost: dear }, c: { cost: cheap } }], {
      claims: [
        { claim: 'cheaper', compare: ['c', 'a'], expect: 'lower' },
        { claim: 'dearer', compare: ['b', 'a'], expect: 'higher' },
      ],
    })
    const settings = results.settings.map((setting) => ({
      ...setting,
      schedulers: setting.schedulers.map((each) =>
        each.label === 'c'
          ? { ...each, served: each.round.map(served), completed: each.round.map(served) }
          : each,
      ),
    }))
    const analysis = analyse({ ...results, settings })
    const verdicts = verdictsOn({ ...results, settings }).map(({ verdict }) => verdict)
    const [schedulers] = allTables(analysis, []).filter(({ columns }) =>
      columns.some(({ head }) => head === 'p (Holm)'),
    )
    const texts = (head: string) =>
      schedulers.columns.find((column) => column.head === head)!.cells.map(({ text }) => text)
    return {
      ratios: texts('cost ratio'),
      ps: texts('p (Holm)'),
      notes: schedulers.note,
      verdicts,
      ranking: analysis.ranking!,
      note: allTables(analysis, []).find(({ id }) => id === 'ranks')!.note,
    }
  }

  test('one that never serves as many is not ranked, and it is said', async () => {
    for (const served of [0, 3]) {
      const { ranking, note, verdicts } = await rankingWith(() => served)
      expect(verdicts).toEqual(['undecided', 'holds'])
      expect(ranking).toMatchObject({ labels: ['a', 'b'], meanRanks: [1, 2], blocks: 20 })
      expect(note).toMatch(/ Not ranked: c, which served fewer clients in every round of small\.$/)
    }
  })

  test('its ratio has a star and no p', async () => {
    const { ratios, ps, notes } = await rankingWith(() => 0)
    expect(ratios).toEqual(['1', '2.000', '0.010*'])
    expect(ps).toEqual(['–', expect.stringMatching(/^higher, /), '–'])
    expect(notes).toMatch(/\* Not of as many clients, .* such costs do not compare, and have no p\./)
  })

  test('one that sometimes does is ranked over those rounds', async () => {
    const { ranking, note } = await rankingWith((round) => (round % 4 === 0 ? 4 : 1))
    expect(ranking).toMatchObject({ labels: ['a', 'b', 'c'], meanRanks: [2, 3, 1], blocks: 5, omitted: [] })
    expect(note).toContain('a round (5 of them) that all of them played with as many clients')
  })
})

test('where no round is of as many clients, it is said in words why there are no ranks', async () => {
  const cost = [1, 2, 3, 4]
  const results = await syntheticResults([{ a: { cost }, b: { cost } }])
  const served = (of: Record<string, number[]>) => {
    const settings = results.settings.map((setting) => ({
      ...setting,
      schedulers: setting.schedulers.map((each) => {
        const own = Float64Array.from(of[each.label])
        return { ...each, served: own, completed: own }
      }),
    }))
    return analyse({ ...results, settings })
  }
  const never = served({ a: [4, 3, 4, 3], b: [3, 4, 3, 4] })
  expect(never.ranking).toBeUndefined()
  const why = 'in no round did all of a, b serve, and bring to the end, as many clients as each other'
  expect(never.unranked).toBe(why)
  expect(suitePage(never, [], [], '')).toContain(`Schedulers are not ranked: ${why}.`)
  expect(resultsPage(never, [], [], 'cotwin bench')).toContain(
    `## Mean ranks\n\nSchedulers are not ranked: ${why}.`,
  )
  const fewer = served({ a: [4, 4, 4, 4], b: [3, 3, 3, 3] })
  expect(fewer.unranked).toBe('fewer than two can be: b served fewer clients in every round of small')
  const ranked = served({ a: [4, 4, 4, 4], b: [4, 4, 4, 4] })
  expect([ranked.ranking?.blocks, ranked.unranked]).toEqual([4, undefined])
})
