import { beforeAll, describe, expect, test } from 'vitest'
import { drawFigure } from '../../core/report/draw.js'
import { logTicks } from '../../core/report/figures/axis-ticks.js'
import { DOTS_PER_SCHEDULER } from '../../core/report/figures/cost-against-decision-time.js'
import { STEPS_PER_CURVE } from '../../core/report/figures/distributions.js'
import type { Figure } from '../../core/report/figures/figure.js'
import { allFigures } from '../../core/report/figures/index.js'
import { binWidth } from '../../core/report/figures/over-rounds.js'
import { quantities, quantityAxis } from '../../core/report/figures/quantity.js'
import { manyColours, schedulerEncoding } from '../../core/report/figures/scheduler-scale.js'
import type { ReportData } from '../../core/report/report-data.js'
import { agingRun, faultyRun, walkingRun } from './dynamic-run.js'
import { datasetOf, panelsOf } from './figure-parts.js'
import { learningRun } from './learning-run.js'
import { handMadeRun, paperLikeSchedulers, syntheticRun } from './synthetic-run.js'
import { vegaLiteFaults } from './vega-lite-faults.js'

const near = paperLikeSchedulers.filter(({ label }) => label !== 'random')

const evil = `</script><b x="'">&amp;\\u0041 [x].y id="z" url(#q) \u2028 \u2029`

/** Runs of every kind that a figure has to cope with. */
const runs: Readonly<Record<string, ReportData>> = {
  'a long run': syntheticRun({ rounds: 1000, quitting: 1 }),
  'a single round': syntheticRun({ rounds: 1 }),
  'one scheduler, one client': syntheticRun({
    rounds: 3,
    clients: 1,
    servers: 1,
    channels: 1,
    schedulers: near.slice(0, 1),
  }),
  'many clients': syntheticRun({ rounds: 5, clients: 96, servers: 9, channels: 40 }),
  'ten schedulers': syntheticRun({
    rounds: 20,
    schedulers: [...near, ...near].map((each, i) => ({ ...each, label: `${each.label} ${i}` })),
  }),
  'rounds that never end': handMadeRun({ a: [1, Number.POSITIVE_INFINITY, 3], b: [2, 2, 2] }),
  'nothing but endless rounds': handMadeRun({ a: [Number.POSITIVE_INFINITY] }),
  'costs of zero': handMadeRun({ a: [0, 0], b: [0, 0] }),
  'a scheduler that serves nobody': servingNobody(handMadeRun({ a: [10, 50], b: [12, 40], nobody: [0, 0] })),
  'a far scheduler with a round below all others': handMadeRun({
    a: [100, 110, 120, 130],
    far: [1, 3, 90_000, 95_000, 99_000, 99_500, 99_900, 99_950, 99_960, 99_970],
  }),
  'a run that ended early': handMadeRun({ a: [1, 2, 3], b: [2] }),
  'no decision timed': withoutDecisions(handMadeRun({ a: [1, 2, 3] })),
  'faults and dynamics': faultyRun({ rounds: 150, quitting: 1 }),
  'a single dynamic round': faultyRun({ rounds: 1, schedulers: near.slice(0, 1) }),
  'clients that move': walkingRun({ rounds: 4, schedulers: near }),
  'channels that age': agingRun([10, 0.01, 1e-4], { rounds: 12 }),
  'one coherence time': agingRun([1], { rounds: 1, schedulers: near.slice(0, 1) }),
  'what was learned': learningRun({ rounds: 300, shares: true }),
  'one round of learning': learningRun({ rounds: 1 }),
  'learning on many clients, with many classes': learningRun({ rounds: 4, clients: 300, classes: 20 }),
  'names of what every object has, and of no character at all': handMadeRun(
    Object.fromEntries(
      ['constructor', 'toString', 'hasOwnProperty', 'a.b', 'a%2Cb', 'a\u2028b', 'a\ud800b'].map(
        (label, i) => [label, [i + 1, i + 2]],
      ),
    ),
  ),
  'names to break things': renamed(syntheticRun({ rounds: 2, schedulers: near.slice(0, 2) }), evil),
}

/** The same with the schedulers that cost nothing giving no client a slot. */
function servingNobody(data: ReportData): ReportData {
  const schedulers = data.schedulers.map((each) => ({
    ...each,
    served: each.served.map((count, i) => (each.cost[i] === 0 ? 0 : count)),
    completed: each.completed.map((count, i) => (each.cost[i] === 0 ? 0 : count)),
  }))
  return { ...data, schedulers }
}

function withoutDecisions(data: ReportData): ReportData {
  const schedulers = data.schedulers.map((each) => ({
    ...each,
    decisionSeconds: each.decisionSeconds.map(() => Number.NaN),
  }))
  return { ...data, schedulers }
}

/** The run with its first scheduler called otherwise, wherever it is named. */
function renamed(data: ReportData, label: string): ReportData {
  const first = data.schedulers[0].label
  const within = (value: unknown): unknown => {
    if (value === first) return label
    if (Array.isArray(value)) return value.map(within)
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, within(each)]))
  }
  return within(data) as ReportData
}

const figureOf = (data: ReportData, id: string): Figure => {
  const figure = allFigures(data).find((each) => each.id === id)
  if (!figure) throw new Error(`no figure ${id}`)
  return figure
}

const draw = (figure: Figure) => {
  const warnings: string[] = []
  return drawFigure(figure, (message) => warnings.push(message)).then((drawn) => ({ ...drawn, warnings }))
}

const seen = new Set<string>()

/** Whether a figure is the first of its kind: drawing every one twice takes half of the time of this file. */
function isFirst({ id }: Figure): boolean {
  const first = !seen.has(id)
  seen.add(id)
  return first || process.env.COTWIN_LONG !== undefined
}

describe.each(Object.entries(runs))('the figures of %s', (_, data) => {
  const figures = allFigures(data)
  let drawn: Awaited<ReturnType<typeof draw>>[]
  beforeAll(async () => {
    drawn = await Promise.all(figures.map(draw))
  })

  test('are valid Vega-Lite, drawn without a warning, and again the same', async () => {
    expect(figures.length).toBeGreaterThan(0)
    const specifications = JSON.stringify(figures.map(({ spec }) => spec))
    for (const { id, spec, warnings, svg } of drawn) {
      expect(vegaLiteFaults(spec), id).toEqual([])
      expect(warnings, id).toEqual([])
      expect(svg).not.toMatch(/NaN|Infinity|undefined|null/)
      // A mark left of its axis, or above its panel.
      expect(svg, id).not.toMatch(/<path transform="translate\((-|[^,]*,-)|<use [^>]*[xy]="-/)
    }
    const once = figures.flatMap((figure, i) => (isFirst(figure) ? [{ figure, svg: drawn[i].svg }] : []))
    const again = await Promise.all(once.toReversed().map(({ figure }) => draw(figure)))
    expect(again.toReversed().map(({ svg }) => svg)).toEqual(once.map(({ svg }) => svg))
    expect(JSON.stringify(figures.map(({ spec }) => spec))).toBe(specifications)
  })

  test('have captions, readable text, and identifiers of their own', () => {
    const identifiers: string[] = []
    for (const { caption, svg } of drawn) {
      expect(caption.length).toBeGreaterThan(60)
      for (const [, size] of svg.matchAll(/font-size="([\d.]+)px"/g))
        expect(Number(size)).toBeGreaterThanOrEqual(12)
      const defined = Array.from(svg.matchAll(/<[^>]* id="([^"]*)"/g), ([, id]) => id)
      for (const [, used] of svg.matchAll(/(?:="url\(|href=")#([^")]*)/g)) expect(defined).toContain(used)
      identifiers.push(...defined)
    }
    expect(new Set(identifiers).size).toBe(identifiers.length)
    expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length)
  })
})

test('no two of ten schedulers have the same colour', () => {
  const { color } = schedulerEncoding({
    schedulers: Array.from({ length: 10 }, (_, i) => ({ label: String(i) })),
  })
  expect(new Set(color.scale.range).size).toBe(10)
})

test('a class that was never told has no colour in the confusion matrix', async () => {
  const figure = figureOf(learningRun({ rounds: 3 }), 'confusion')
  const [panel] = panelsOf<{ layer: { encoding: { color: { scale: { range: string[] } } } }[] }>(figure)
  expect(panel.layer[0].encoding.color.scale.range[0]).toBe('#ffffff')
})

describe('cost against decision time', () => {
  test('draws a dot a round and scheduler in each panel', async () => {
    const { svg } = await draw(figureOf(syntheticRun({ rounds: 40, schedulers: near }), 'fig6-decision-time'))
    expect(svg.match(/<use /g)).toHaveLength(40 * near.length * 3)
  })

  test('thins a long run, and says so', () => {
    const figure = figureOf(syntheticRun({ rounds: 2500 }), 'fig6-decision-time')
    const dots = datasetOf(figure, 'rounds')
    expect(dots.length).toBeLessThanOrEqual(DOTS_PER_SCHEDULER * 6)
    expect(dots.filter(({ scheduler }) => scheduler === 'greedy').map(({ round }) => round)).toEqual(
      Array.from({ length: 500 }, (_, i) => 1 + 5 * i),
    )
    expect(figure.caption).toContain('every 5th round is drawn')
  })

  test('marks medians over all rounds', () => {
    const figure = figureOf(handMadeRun({ a: [10, 20, 60] }), 'fig6-decision-time')
    expect(datasetOf(figure, 'medians')).toMatchObject([
      { scheduler: 'a', cost: 20, time: 10, energy: 30, decisionMs: 2, costLow: 12, costHigh: 52 },
    ])
  })

  test('is left out where no decision was timed', () => {
    expect(allFigures(runs['no decision timed']).map(({ id }) => id)).not.toContain('fig6-decision-time')
  })
})

describe('over the rounds', () => {
  test('draws a short run round by round and bins a long one', () => {
    expect([1, 120, 121, 300, 2500, 100_000].map(binWidth)).toEqual([1, 1, 5, 10, 50, 2000])
  })

  test('shows mean and quantiles of each bin', () => {
    const costs = Array.from({ length: 400 }, (_, i) => (i < 10 ? i + 1 : 5))
    const [first, second] = datasetOf(figureOf(handMadeRun({ a: costs }), 'fig7-over-rounds'), 'costBins')
    expect(first).toMatchObject({ round: 5, mean: 5.5, low: 1.9, high: 9.1 })
    expect(second).toMatchObject({ round: 15, mean: 5, low: 5, high: 5 })
  })
})

describe('distributions', () => {
  test('step by one round each where there are few', () => {
    const steps = datasetOf(figureOf(handMadeRun({ a: [3, 1, 2, 2] }), 'fig8-distributions'), 'costSteps')
    expect(steps.slice(1, -1).map(({ value, share }) => [value, share])).toEqual([
      [1, 0.25],
      [2, 0.5],
      [2, 0.75],
      [3, 1],
    ])
  })

  test('keep the least and the greatest where they are thinned', () => {
    const data = syntheticRun({ rounds: 2000, schedulers: near.slice(0, 1) })
    const figure = figureOf(data, 'fig8-distributions')
    const values = datasetOf(figure, 'costSteps')
      .slice(1)
      .map(({ value }) => value as number)
    const cost = data.schedulers[0].cost
    expect(values.length).toBeLessThanOrEqual(STEPS_PER_CURVE + 1)
    expect(values[0]).toBeCloseTo(Math.min(...cost), 0)
    expect(values[STEPS_PER_CURVE - 1]).toBeCloseTo(Math.max(...cost), 0)
    expect(figure.caption).toContain('250 of its order statistics')
  })

  test('never reach one where rounds never end', () => {
    const steps = datasetOf(figureOf(runs['rounds that never end'], 'fig8-distributions'), 'costSteps')
    const shares = steps.filter(({ scheduler }) => scheduler === 'a').map(({ share }) => share as number)
    expect(Math.max(...shares)).toBeCloseTo(2 / 3, 3)
  })
})

describe('the axis of a quantity', () => {
  const [cost] = quantities

  test('is linear where the spread is small, and says when it is not', () => {
    expect(quantityAxis(handMadeRun({ a: [10, 20] }), cost)).toMatchObject({
      type: 'linear',
      title: 'system cost of a round',
    })
    // Rounds of nothing leave a logarithmic axis as it is.
    const served = handMadeRun({ a: [10, 50] })
    expect(quantityAxis(handMadeRun({ a: [10, 50], nobody: [0, 0] }), cost)).toEqual(
      quantityAxis(served, cost),
    )
    expect(quantityAxis(handMadeRun({ a: [0, 10, 50] }), cost)).toEqual(quantityAxis(served, cost))
    expect(quantityAxis(handMadeRun({ a: [10, 50] }), cost)).toMatchObject({
      type: 'log',
      title: 'system cost of a round, log axis',
    })
  })

  test('is not stretched by a scheduler that is out of reach', () => {
    const axis = quantityAxis(syntheticRun({ rounds: 500 }), cost)
    const alone = quantityAxis(syntheticRun({ rounds: 500, schedulers: near }), cost)
    expect(axis.domain[1]).toBeLessThan(2 * alone.domain[1])
    expect(figureOf(syntheticRun({ rounds: 500 }), 'fig8-distributions').caption).toMatch(
      /random \d+ in \(a\), \d+ in \(b\), \d+ in \(c\)/,
    )
  })

  test('holds every round of schedulers without tails', () => {
    const data = handMadeRun({ a: [10, 11, 12], b: [14, 15, 16] })
    const { domain } = quantityAxis(data, cost)
    expect(domain[0]).toBeLessThan(10)
    expect(domain[1]).toBeGreaterThan(16)
  })

  test('has round ticks inside the domain', () => {
    expect(logTicks([0.9, 120])).toEqual([1, 2, 5, 10, 20, 50, 100])
    expect(logTicks([1, 1e6])).toEqual([1, 10, 100, 1000, 10_000, 100_000, 1_000_000])
    expect(logTicks([800, 4000]).length).toBeGreaterThanOrEqual(4)
    expect(logTicks([0.98, 1.25])).toEqual([1, 1.05, 1.1, 1.15, 1.2, 1.25])
    expect(logTicks([0.9988, 1.022])).toEqual([1, 1.005, 1.01, 1.015, 1.02])
  })
})

describe('the map', () => {
  test('draws a link a served client, and says who was not served', () => {
    const data = syntheticRun({ rounds: 4, schedulers: near.slice(0, 1) })
    const detail = data.detail
    if (!detail) throw new Error('no detail')
    const cut = {
      ...data,
      detail: { ...detail, round: 3, links: detail.links.filter(({ client }) => client > 1) },
      quits: [{ round: 2, scheduler: 'swap-matching', client: 0, time: 2, spent: 2, budget: 1 }],
    }
    const figure = figureOf(cut, 'map-associations')
    const links = datasetOf(figure, 'links')
    expect(links).toHaveLength(16)
    expect(links.slice(0, 3).map(({ state, mark }) => [state, mark])).toEqual([
      ['quit', '×'],
      ['sat out', '–'],
      ['served', ''],
    ])
    expect(figure.caption).toContain('Clients in grey were given no slot, or dashed had quit')
    expect(figureOf(data, 'map-associations').caption).not.toContain('in grey')
  })

  test('names clients in their circles, and channels on the lines', async () => {
    const data = syntheticRun({ schedulers: near.slice(0, 1), clients: 12, channels: 90 })
    const links = data.detail!.links.map((link) => ({ ...link, channel: 70 + link.client }))
    const { svg } = await draw(figureOf({ ...data, detail: { ...data.detail!, links } }, 'map-associations'))
    const texts = Array.from(svg.matchAll(/<text[^>]*>(\d+)<\/text>/g), ([, text]) => Number(text))
    const italic = Array.from(svg.matchAll(/<text[^>]*italic[^>]*>(\d+)<\/text>/g), ([, text]) =>
      Number(text),
    )
    expect(italic.toSorted((a, b) => a - b)).toEqual(links.map(({ channel }) => channel))
    for (const { client } of links) expect(texts).toContain(client)
  })

  test('stretches a road until it can be seen, and says so', () => {
    const road = syntheticRun({ schedulers: near.slice(0, 1) })
    const onRoad = road.detail!.positions.map((place, i) => ({ ...place, x: i * 50, y: i % 20 }))
    const figure = figureOf({ ...road, detail: { ...road.detail!, positions: onRoad } }, 'map-associations')
    expect(figure.caption).toContain('is stretched')
    const [panel] = panelsOf<{
      height: number
      width: number
      layer: { encoding: { y: { scale: { domain: number[] } } } }[]
    }>(figure)
    expect(panel.height / panel.width).toBeGreaterThan(0.3)
    const [low, high] = panel.layer[0].encoding.y.scale.domain
    expect(high - low).toBeLessThan(40)
    expect(figureOf(road, 'map-associations').caption).not.toContain('is stretched')
  })

  test('is as wide as it is high on square ground', () => {
    const [panel] = panelsOf<{
      width: number
      height: number
    }>(figureOf(syntheticRun(), 'map-associations'))
    expect(panel.height / panel.width).toBeCloseTo(1, 1)
  })
})

describe('the clock of a round', () => {
  test('has a bar a phase, from the start of the round, and gives a straggler its own axis', () => {
    const data = syntheticRun()
    const figure = figureOf(data, 'gantt-round')
    const panels = panelsOf<{ data: { values: { start: number; end: number }[] } }>(figure)
    expect(panels).toHaveLength(6)
    for (const panel of panels) {
      expect(panel.data.values).toHaveLength(16 * 5)
      expect(Math.min(...panel.data.values.map(({ start }) => start))).toBe(0)
    }
    const longest = Math.max(...panels[1].data.values.map(({ end }) => end))
    const times = data.detail?.links.filter(({ scheduler }) => scheduler === 'hardest-first')
    expect(longest).toBeCloseTo(Math.max(...(times ?? []).map(({ time }) => time ?? Number.NaN)), 1)
    expect(figure.caption).toContain('but for random')
  })

  test('draws phases that never end to the edge', () => {
    const data = syntheticRun({ rounds: 1, clients: 2, schedulers: near.slice(0, 1) })
    const detail = data.detail
    if (!detail) throw new Error('no detail')
    const phases = detail.phases.map((phase) =>
      phase.client === 1 && phase.phase === 'head-backward'
        ? { ...phase, end: Number.POSITIVE_INFINITY }
        : phase,
    )
    const figure = figureOf({ ...data, detail: { ...detail, phases } }, 'gantt-round')
    expect(figure.caption).toContain('never end')
    const [panel] = panelsOf<{ data: { values: { end: number }[] } }>(figure)
    for (const { end } of panel.data.values) expect(Number.isFinite(end)).toBe(true)
  })
})

describe('figures of learning', () => {
  test('leave no point above the axis of losses, and room for the first', async () => {
    const data = learningRun({ rounds: 60 })
    const figure = figureOf(data, 'fig10-loss')
    const [panel] = panelsOf<{ layer: { encoding: { y: { scale: { domain: number[] } } } }[] }>(figure)
    const losses = data.learning?.models.flatMap(({ loss }) => [...loss]) ?? []
    const highest = Math.max(...losses.filter((loss) => !Number.isNaN(loss)))
    expect(panel.layer[0].encoding.y.scale.domain[1]).toBeGreaterThan(highest)
    expect(figure.caption).not.toContain('cut off')
  })

  test('cut off a start that would flatten all that follows, and say so', async () => {
    const data = learningRun({ rounds: 120 })
    for (const { loss } of data.learning?.models ?? []) loss[0] = 1e6
    const figure = figureOf(data, 'fig10-loss')
    expect(figure.caption).toContain('what is above the axis is cut off')
    const { svg } = await draw(figure)
    const heights = Array.from(svg.matchAll(/<use [^>]*y="(-?[\d.]+)/g), ([, y]) => Number(y))
    for (const height of heights) expect(height).toBeGreaterThanOrEqual(-10)
  })

  test('give every class a colour of its own', () => {
    for (const count of [2, 8, 10, 20, 100]) expect(new Set(manyColours(count)).size).toBe(count)
  })
})

describe('participation', () => {
  test('is shown only where a budget ran out', () => {
    expect(allFigures(syntheticRun()).map(({ id }) => id)).not.toContain('participation')
    const figure = figureOf(runs['a long run'], 'participation')
    expect(figure.caption).toContain('greedy: 3 clients quit')
  })

  test('draws the latency budget where the run ended by it', async () => {
    const data = handMadeRun({ a: [10, 10, 10] })
    const quits = [{ round: 3, scheduler: 'a', client: null, time: 15, spent: 15, budget: 14 }]
    const figure = figureOf({ ...data, quits }, 'participation')
    expect(figure.caption).toContain('a: out of time in round 3')
    expect(JSON.stringify(figure.spec)).toContain('"datum":14')
    expect((await draw(figure)).warnings).toEqual([])
  })

  test('keeps only the rounds in which someone left', () => {
    const rows = datasetOf(figureOf(runs['a long run'], 'participation'), 'active')
    const own = rows
      .filter(({ scheduler }) => scheduler === 'swap-matching')
      .map(({ round, active }) => [round, active])
    expect(own).toEqual([
      [1, 16],
      [501, 15],
      [1000, 15],
    ])
  })
})

describe('schedulers that are off the scale', () => {
  const data = handMadeRun({
    a: [100, 110, 120, 130],
    b: [105, 115, 125, 135],
    far: [90_000, 91_000, 92_000, 93_000],
  })

  test.each([
    ['fig6-decision-time', ['↑ far, median 91,500', '↑ far, median 45,750', '↑ far, median 137,250']],
    ['fig7-over-rounds', ['↑ far, mean 91,500', '↑ far, mean 45,750', '↑ far, mean 137,250']],
    ['fig8-distributions', ['→ far, median 91,500', '→ far, median 45,750', '→ far, median 137,250']],
  ])('are named beside the edge with their value in %s, and drawn nowhere', async (id, texts) => {
    const figure = figureOf(data, id)
    const { svg } = await draw(figure)
    for (const text of texts) expect(svg).toContain(text)
    expect(figure.caption).toContain('Arrows at the edge tell m')
    // Nothing of it was moved onto the axis: there are as many marks as without it.
    const others = { ...data, schedulers: data.schedulers.slice(0, 2) }
    expect(symbols(svg)).toBe(symbols((await draw(figureOf(others, id))).svg))
    expect(symbols(svg)).toBeGreaterThan(0)
  })

  test('are those of nothing as well, below', async () => {
    const idle = servingNobody(handMadeRun({ a: [100, 110], b: [105, 115], nobody: [0, 0] }))
    const { svg } = await draw(figureOf(idle, 'fig6-decision-time'))
    expect(svg).toContain('↓ nobody, median 0')
  })

  /** How many marks are drawn, lines aside. */
  function symbols(svg: string): number {
    const groups = svg.match(/<g class="mark-symbol role-mark[\s\S]*?<\/g>/g) ?? []
    return groups.reduce((sum, group) => sum + group.split('<path').length - 1, 0)
  }
})

test('figures are as wide with labels of two hundred characters as with short ones', async () => {
  const run = learningRun({ rounds: 3, clients: 4 })
  const named = (length: number) => renamed(run, `swap${' matching'.repeat(30)}`.slice(0, length))
  const long = allFigures(named(200))
  const short = allFigures(named(20))
  expect(long.map(({ id }) => id)).toContain('gantt-round')
  const widthOf = async (figure: Figure) =>
    Number((await draw(figure)).svg.match(/viewBox="0 0 ([\d.]+)/)?.[1])
  for (const [i, figure] of long.entries())
    expect(await widthOf(figure), figure.id).toBeLessThan((await widthOf(short[i])) + 300)
})
