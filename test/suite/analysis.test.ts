import { parse as parseCsv } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { drawFigure } from '../../core/report/draw.js'
import { tableCsv, tableLatex, tableMarkdown } from '../../core/report/render-table.js'
import type { AnalysedSetting } from '../../core/suite/analysis/analysed-setting.js'
import { analyse } from '../../core/suite/analysis/analysis.js'
import { judge, verdictsOn } from '../../core/suite/analysis/claims.js'
import { shortNames } from '../../core/suite/analysis/results.js'
import { suiteFigures } from '../../core/suite/output/figures/index.js'
import { suitePage } from '../../core/suite/output/page.js'
import { resultsPage } from '../../core/suite/output/results-page.js'
import { allTables } from '../../core/suite/output/tables/all-tables.js'
import { claimsTable } from '../../core/suite/output/tables/claims-table.js'
import { timingNote } from '../../core/suite/output/tables/timing-note.js'
import { datasetOf, panelsOf } from '../report/figure-parts.js'
import { vegaLiteFaults } from '../report/vega-lite-faults.js'
import { syntheticResults } from './synthetic-suite.js'

const base = [100, 120, 90, 110, 105, 95, 130, 85, 100, 115, 99, 101]
const times = (factor: number) => base.map((cost, i) => cost * factor * (1 + 0.0003 * i))

/** What is found in three sizes at which b gets slower than a, and cheaper than it. */
const growing = analyse(
  await syntheticResults(
    [
      { a: { cost: base, ms: [4] }, b: { cost: times(2), ms: [1] }, c: { cost: times(3), ms: [100] } },
      { a: { cost: base, ms: [8] }, b: { cost: times(1.1), ms: [4] }, c: { cost: times(3), ms: [100] } },
      { a: { cost: base, ms: [16] }, b: { cost: times(0.5), ms: [64] }, c: { cost: times(3), ms: [100] } },
    ],
    { clients: [8, 16, 64], seeds: 2 },
  ),
)

describe('a setting', () => {
  test('has each scheduler beside the baseline, corrected for how many there are', async () => {
    const { settings } = growing
    const [a, b, c] = settings[0].compared
    expect(a.against).toBeUndefined()
    expect(b.against!.ratio.value).toBeCloseTo(2.004, 2)
    expect(b.against!.won).toBe(0)
    // Twelve differences, all of one sign: 2 · 2⁻¹² each, and two tests.
    expect(b.against!.p).toBeCloseTo(4 * 2 ** -12, 12)
    expect(c.against!.p).toBeCloseTo(4 * 2 ** -12, 12)
    expect([c.meanCost, c.medianDecision]).toEqual([expect.closeTo(313, 0), 0.1])
  })

  test('has on its front whom nobody beats in both', async () => {
    const { settings } = growing
    expect(settings.map(({ paretoFront }) => paretoFront)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  test('compares the rounds that both took part in, and knows a bound where there is one', async () => {
    const results = await syntheticResults([{ a: { cost: base }, b: { cost: base.slice(0, 5) } }])
    const [a, b] = results.settings[0].schedulers
    a.bound.set(base.map((cost) => cost / 1.25))
    const [first, second] = analyse(results).settings[0].compared
    expect([a.round.length, b.round.length, second.against!.rounds]).toEqual([12, 5, 5])
    expect(first.aboveBound).toBeCloseTo(1.25, 12)
    expect(second.aboveBound).toBeCloseTo(1.25, 12)
  })
})

describe('what grows', () => {
  test('is a series for each swept number, with crossings on log axes', async () => {
    const { scalings, crossings } = growing
    expect(scalings.map(({ name, points }) => [name, points.map(({ x }) => x)])).toEqual([['N', [8, 16, 64]]])
    const time = crossings.find(({ figure }) => figure === 'decision time')!
    // From 4 to 64 ms and from 8 to 16 over two octaves: they meet after a third of the way.
    expect([time.before, time.after]).toEqual(['b', 'a'])
    expect(time.x).toBeCloseTo(16 * 2 ** (2 / 3), 9)
    expect(time.y).toBeCloseTo(0.008 * 2 ** (1 / 3), 12)
    const cost = crossings.find(({ figure }) => figure === 'mean cost')!
    expect([cost.before, cost.after]).toEqual(['a', 'b'])
    expect(cost.x).toBeGreaterThan(16)
    expect(crossings).toHaveLength(2)
  })

  test('is called by its symbol, or by as much of its path as tells it apart', () => {
    expect(shortNames(['network.clients.count', 'a.b.x', 'a.c.x', 'd.y'])).toEqual({
      'network.clients.count': 'N',
      'a.b.x': 'b.x',
      'a.c.x': 'c.x',
      'd.y': 'y',
    })
  })
})

describe('ranks and wins', () => {
  test('go by rounds where there are few settings and seeds, else by those', async () => {
    const few = growing.ranking!
    expect([few.block, few.blocks, few.labels]).toEqual(['a round', 36, ['a', 'b', 'c']])
    const many = await syntheticResults([{ a: { cost: base }, b: { cost: times(2) } }], { seeds: 12 })
    expect(analyse(many).ranking).toMatchObject({
      block: 'a setting and seed',
      blocks: 12,
      meanRanks: [1, 2],
    })
  })

  test('count strictly cheaper rounds', async () => {
    const { wins } = analyse(
      await syntheticResults([{ a: { cost: [1, 2, 3, 4] }, b: { cost: [1, 3, 2, 5] } }]),
    )
    expect(wins.share).toEqual([
      [Number.NaN, 0.5],
      [0.25, Number.NaN],
    ])
  })
})

describe('a claim', () => {
  test('holds where all of the interval bears it out, fails where none of it does', () => {
    expect(judge({ value: 0.8, low: 0.7, high: 0.9 }, 'lower')).toBe('holds')
    expect(judge({ value: 0.9, low: 0.7, high: 1.1 }, 'lower')).toBe('undecided')
    expect(judge({ value: 1.2, low: 1.1, high: 1.3 }, 'lower')).toBe('fails')
    expect(judge({ value: 1, low: 1, high: 1 }, 'higher')).toBe('fails')
    expect(judge({ value: 1, low: 0.95, high: 1.05 }, { ratio: [0.9, 1.1] })).toBe('holds')
    expect(judge({ value: 1, low: 0.95, high: 1.15 }, { ratio: [0.9, 1.1] })).toBe('undecided')
    expect(judge({ value: 2, low: 1.9, high: 2.1 }, { ratio: [0.9, 1.1] })).toBe('fails')
  })

  test('is judged in each setting that it is about, by its metric and statistic', async () => {
    const results = await syntheticResults(
      [
        { a: { cost: base, ms: [1, 2, 3] }, b: { cost: times(2), ms: [4, 5, 60] } },
        { a: { cost: base, ms: [1] }, b: { cost: times(0.5), ms: [1] } },
      ],
      {
        claims: [
          { claim: 'a is cheaper', compare: ['a', 'b'], expect: 'lower' },
          {
            claim: 'b takes longer',
            compare: ['b', 'a'],
            metric: 'decisionSeconds',
            statistic: 'median',
            expect: 'higher',
            where: { 'network.clients.count': 2 },
          },
          { claim: 'elsewhere', compare: ['a', 'b'], expect: 'lower', where: { 'network.clients.count': 7 } },
          {
            claim: 'learning',
            compare: ['a', 'b'],
            metric: 'accuracy',
            expect: 'lower',
            where: { 'network.clients.count': 2 },
          },
        ],
      },
    )
    expect(verdictsOn(results).map(({ setting, verdict }) => [setting, verdict])).toEqual([
      ['N = 2', 'holds'],
      ['N = 3', 'fails'],
      ['N = 2', 'holds'],
      ['no such setting', 'not measured'],
      ['N = 2', 'not measured'],
    ])
    const [, , timed] = verdictsOn(results)
    expect(timed.ratio!.value).toBe(2.5)
    expect(timed.remark).toMatch(/while 2 cells ran at once/)
  })

  test('names its figure with one comma before the schedulers, whatever is measured', async () => {
    const metrics = [
      ['cost', 'mean cost, a / b'],
      ['time', 'mean training time, a / b'],
      ['energy', 'mean energy, a / b'],
      ['decisionSeconds', 'mean decision time, a / b'],
      ['quit', 'mean clients that quit, a / b'],
      ['loss', 'mean final loss, a / b'],
      ['accuracy', 'mean final accuracy, a / b'],
      ['bestAccuracy', 'mean best accuracy, a / b'],
      ['meanAccuracy', 'mean accuracy over all tests, a / b'],
    ] as const
    const results = await syntheticResults([{ a: { cost: base }, b: { cost: times(2) } }], {
      claims: metrics.map(([metric]) => ({ claim: metric, compare: ['a', 'b'], metric, expect: 'lower' })),
    })
    expect(verdictsOn(results).map(({ figure }) => figure)).toEqual(metrics.map(([, figure]) => figure))
  })

  test('against another scenario takes its second figure from there, under the same values', async () => {
    const drawn = await syntheticResults([{ a: { cost: base } }, { a: { cost: base } }])
    const quits = [
      [2, 4, 6, 8, 10],
      [20, 40, 60, 80, 100],
    ]
    const settings = drawn.settings.map((each, i) => ({
      ...each,
      setting: { ...each.setting, scenario: ['first', 'second'][i]!, values: { speed: 1 } },
      schedulers: each.schedulers.map((scheduler) => ({
        ...scheduler,
        records: quits[i]!.map((quit, seed) => ({ ...scheduler.records[0]!, seed, quit })),
      })),
    }))
    const claim = {
      claim: 'a tenth quit',
      compare: ['a', 'a'] as const,
      metric: 'quit' as const,
      statistic: 'mean' as const,
      expect: { ratio: [0.0999, 0.1001] as const },
      scenarios: ['first'],
      against: 'second',
      where: {},
    }
    const verdicts = (of: typeof settings) =>
      verdictsOn({ ...drawn, settings: of, suite: { ...drawn.suite, claims: [claim] } })
    const [verdict] = verdicts(settings)
    expect(verdict).toMatchObject({ verdict: 'holds', figure: 'mean clients that quit, a / a under second' })
    expect(verdict!.ratio!.value).toBeCloseTo(0.1, 9)
    const [first, second] = settings
    const elsewhere = [first!, { ...second!, setting: { ...second!.setting, values: { speed: 2 } } }]
    expect(verdicts(elsewhere)[0]).toMatchObject({ verdict: 'not measured' })
  })
})

describe('the note on decision times', () => {
  const timed = (label: string, workers: number) => ({ label, workers }) as AnalysedSetting

  test('says what ran meanwhile', () => {
    expect(timingNote({ settings: [timed('a', 1), timed('b', 1)] })).toBe(
      'Decision times are wall clock, measured one cell at a time.',
    )
    expect(timingNote({ settings: [timed('a', 2)] })).toBe(
      'Decision times are wall clock, measured while 2 cells ran at once; --workers 1 measures them undisturbed.',
    )
  })

  test('tells settings apart that were measured under different conditions', () => {
    expect(timingNote({ settings: [timed('a', 2), timed('b', 1), timed('c', 2)] })).toBe(
      'Decision times are wall clock, measured one cell at a time (b) and while 2 cells ran at once (a, c); --workers 1 measures them undisturbed.',
    )
  })
})

describe('tables', () => {
  test('say in Markdown, LaTeX and CSV what was computed', async () => {
    const analysis = growing
    const tables = allTables(analysis, [])
    expect(tables.map(({ id }) => id)).toEqual([
      'schedulers-n-8',
      'schedulers-n-16',
      'schedulers-n-64',
      'cost-ratios',
      'decision-times',
      'crossings',
      'wins',
      'ranks',
    ])
    const [first] = tables
    expect(tableMarkdown(first.columns).split('\n')[3]).toMatch(
      /^\| b \| counts \| 12 \| 208\.7 \| .* \| 2\.00\d \\\[2\.00\d, 2\.00\d\\\] \| 2\.00\d \\\[2\.00\d, 2\.00\d\\\] \| higher, \\< 0\.001 \| 0\.0 \| \*\*1\.00\*\* \| yes \| 1 \|$/,
    )
    expect(tableLatex(first.columns, { caption: first.title, label: 'tab:first' })).toMatch(
      /\\caption\{N = 8\}[\s\S]*\\toprule[\s\S]*b & counts & 12 & 208\.7 /,
    )
    const [heads, , b] = tableCsv(first.columns)
      .split('\n')
      .map((line) => line.split(','))
    expect(Number(b[heads.indexOf('cost ratio')])).toBe(analysis.settings[0].compared[1].against!.ratio.value)
    expect(Number(b[heads.indexOf('p (Holm)')])).toBeCloseTo(4 * 2 ** -12, 12)
  })

  test('keep their columns under their names in CSV, whatever schedulers are called', async () => {
    const named = { cost: base, ms: [1] }
    const labels = { 'swap, hardest-first start': named, 'a "b"': { cost: times(2), ms: [2] }, ' c; ': named }
    const results = await syntheticResults([labels, labels], { clients: [8, 16], seeds: 2 })
    for (const table of allTables(analyse(results), [])) {
      // Refuses rows of another length than their heads.
      const [heads, ...rows] = parseCsv(tableCsv(table.columns)) as string[][]
      expect(rows).toHaveLength(table.columns[0].cells.length)
      expect(heads.filter((head) => !/ 95 % (from|to)$/.test(head))).toEqual(
        table.columns.map(({ head, unit }) => (unit ? `${head} (${unit})` : head)),
      )
      table.columns.forEach((column, i) => {
        if (i === 0) expect(rows.map((row) => row[0])).toEqual(column.cells.map(({ value }) => String(value)))
      })
    }
  })

  test('tell small ratios by the digits that say something', async () => {
    const results = await syntheticResults(
      [{ a: { cost: base }, b: { cost: base.map((cost, i) => cost * (400 + i)) } }],
      { claims: [{ claim: 'x', compare: ['a', 'b'], expect: 'lower' }] },
    )
    const claims = claimsTable(verdictsOn(results))
    expect(claims.columns.map(({ head }) => head)).not.toContain('source')
    const [ours] = claims.columns.find(({ head }) => head === 'ours')!.cells
    expect(ours.text).toBe('0.0025')
    expect(ours.interval?.text).toMatch(/^\[0\.002\d, 0\.002\d\]$/)
  })

  test('tell decision times at crossings in milliseconds, and costs as they are', async () => {
    const analysis = growing
    const crossings = allTables(analysis, []).find(({ id }) => id === 'crossings')!
    const column = (head: string) => crossings.columns.find((each) => each.head === head)!
    const [time, cost] = analysis.crossings
    expect(column('decision there').unit).toBe('ms')
    expect(column('decision there').cells.map(({ value }) => value)).toEqual([1000 * time.y, Number.NaN])
    expect(column('cost there').cells.map(({ value }) => value)).toEqual([Number.NaN, cost.y])
  })
})

describe('figures', () => {
  test('all of them are valid, are drawn without a warning, and are on the page', async () => {
    const analysis = growing
    const figures = suiteFigures(analysis)
    expect(figures.map(({ id }) => id)).toEqual([
      'cost-ratios',
      'pareto',
      'scaling-n',
      ...['n-8', 'n-16', 'n-64'].flatMap((name) =>
        ['fig6-decision-time', 'fig7-over-rounds', 'fig8-distributions'].map((id) => `${id}-${name}`),
      ),
      'wins',
      'critical-difference',
    ])
    const warnings: string[] = []
    const drawn = []
    for (const figure of figures) {
      expect(vegaLiteFaults(figure.spec), figure.id).toEqual([])
      drawn.push(await drawFigure(figure, (message) => warnings.push(`${figure.id}: ${message}`)))
    }
    expect(warnings).toEqual([])
    const page = suitePage(analysis, allTables(analysis, []), drawn, '')
    for (const { id } of figures) expect(page).toContain(`<figure id="${id}"`)
    for (const { svg } of drawn) expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('have room for schedulers that are all out of reach of the baseline', async () => {
    const far = base.map((cost) => 100 * cost)
    const near = base.map((cost) => 2 * cost)
    const scalingOf = async (others: Record<string, { cost: readonly number[] }>) => {
      const setting = { a: { cost: base }, ...others }
      const results = await syntheticResults([setting, setting, setting], { clients: [8, 16, 64] })
      const figure = suiteFigures(analyse(results)).find(({ id }) => id === 'scaling-n')!
      const panels = panelsOf<{
        layer: { encoding: { y: { scale?: { domain: number[] } } } }[]
      }>(figure)
      const top = panels.at(-1)!.layer.map(({ encoding }) => encoding.y?.scale?.domain[1] ?? 0)
      return { caption: figure.caption, top: Math.max(...top) }
    }
    const alone = await scalingOf({ b: { cost: far } })
    expect(alone.top).toBeGreaterThan(100)
    expect(alone.caption).not.toContain('cut off')
    const beside = await scalingOf({ b: { cost: far }, c: { cost: near } })
    expect(beside.top).toBeLessThan(10)
    expect(beside.caption).toContain('Ratios beyond 10')
  })

  test('tell costs that are off the scale by an arrow, and draw no mark for them', async () => {
    const far = base.map((cost) => 100 * cost)
    const results = await syntheticResults([
      {
        a: { cost: base, ms: [1] },
        b: { cost: base.map((cost) => 2 * cost), ms: [2] },
        far: { cost: far, ms: [0.5] },
      },
    ])
    const figures = suiteFigures(analyse(results))
    const svgOf = async (id: string) =>
      (await drawFigure(figures.find((each) => each.id === id)!, () => {})).svg
    const front = await svgOf('pareto')
    expect(front).toContain('↑ far 100')
    expect(front.match(/<g class="mark-symbol role-mark[\s\S]*?<\/g>/)![0].split('<path')).toHaveLength(2 + 1)
    const ratios = await svgOf('cost-ratios')
    expect(ratios).toContain('100 →')
    expect(ratios.match(/<g class="mark-symbol role-mark[\s\S]*?<\/g>/)![0].split('<path')).toHaveLength(
      2 + 1,
    )
  })

  test('draw the seeds over the same rounds, not one after another', async () => {
    const results = await syntheticResults([{ a: { cost: [1, 2, 3, 11, 12, 13] } }], { seeds: 2 })
    const figure = suiteFigures(analyse(results)).find(({ id }) => id.startsWith('fig7'))!
    const costBins = datasetOf(figure, 'costBins')
    expect(costBins).toMatchObject([
      { round: 1, mean: 6, low: 2, high: 10 },
      { round: 2, mean: 7, low: 3, high: 11 },
      { round: 3, mean: 8, low: 4, high: 12 },
    ])
  })

  test('a scheduler that never ends a round, one that is missing, and single rounds are no trouble', async () => {
    const never = base.map(() => Number.POSITIVE_INFINITY)
    const results = await syntheticResults(
      [{ a: { cost: base }, b: { cost: never } }, { a: { cost: base.slice(0, 1) } }, { b: { cost: [1] } }],
      { claims: [{ claim: 'x', compare: ['a', 'b'], expect: 'lower' }] },
    )
    const analysis = analyse(results)
    const warnings: string[] = []
    for (const figure of suiteFigures(analysis)) {
      const { svg } = await drawFigure(figure, (message) => warnings.push(`${figure.id}: ${message}`))
      expect(svg).not.toMatch(/NaN|Infinity/)
    }
    expect(warnings).toEqual([])
    const verdicts = verdictsOn(results)
    expect(resultsPage(analysis, verdicts, allTables(analysis, verdicts), 'cotwin bench x')).toContain(
      '# Results',
    )
  })
})
