import { describe, expect, test } from 'vitest'
import { drawFigure } from '../../core/report/draw.js'
import type { Figure } from '../../core/report/figures/figure.js'
import { allFigures } from '../../core/report/figures/index.js'
import { significant } from '../../core/report/numbers.js'
import type { ReportData } from '../../core/report/report-data.js'
import { runPage } from '../../core/report/run-page.js'
import { agingRun, faultyRun, walkingRun } from './dynamic-run.js'
import { datasetOf, panelsOf } from './figure-parts.js'
import { paperLikeSchedulers, syntheticRun } from './synthetic-run.js'

const near = paperLikeSchedulers.filter(({ label }) => label !== 'random')

const idsOf = (data: ReportData) => allFigures(data).map(({ id }) => id)

function figureOf(data: ReportData, id: string): Figure {
  const figure = allFigures(data).find((each) => each.id === id)
  if (!figure) throw new Error(`no figure ${id}`)
  return figure
}

test('a run of the equations, on channels and in places that stay, has none of these figures', () => {
  const ids = idsOf(syntheticRun())
  for (const id of ['static-against-dynamic', 'completion', 'cost-at-coherence-times', 'map-walks'])
    expect(ids).not.toContain(id)
})

describe('the clock of a round with faults', () => {
  const figure = figureOf(faultyRun({ schedulers: near.slice(0, 2) }), 'gantt-round')
  const [panel] = panelsOf<{ layer: { data?: { values: Record<string, unknown>[] } }[] }>(figure)
  const [, faults, broken] = panel.layer.map(({ data }) => data?.values ?? [])

  test('shows who was away, and which links and servers were down, while it mattered', () => {
    const away = faults.filter(({ fault }) => fault === 'away')
    expect(away).toMatchObject([{ row: '0 (away)', start: 0 }])
    const links = faults.filter(({ fault }) => fault === 'link down')
    expect(links.map(({ start, end }) => [start, end])).toEqual([[10, 25]])
    const servers = faults.filter(({ fault }) => fault === 'server down')
    expect(servers.length).toBeGreaterThan(0)
    for (const { start, end } of servers) expect([start, end]).toEqual([30, 90])
  })

  test('marks who broke off, and says what the marks are', () => {
    expect(broken.map(({ row }) => String(row).split(' ')[0])).toEqual(['3'])
    for (const words of ['A × marks', 'at its deadline', 'Outlined bars', 'follow the events'])
      expect(figure.caption).toContain(words)
    expect(JSON.stringify(figure.spec)).toContain('15 clients finished')
  })
})

test('the time axes of a round are the same where they are said to be, whoever broke off', () => {
  const data = faultyRun({ schedulers: near.slice(0, 2) })
  const detail = data.detail!
  const [, second] = near.map(({ label }) => label)
  const whole = detail.links.map((each) => (each.scheduler === second ? { ...each, completed: 1 } : each))
  const figure = figureOf({ ...data, detail: { ...detail, links: whole } }, 'gantt-round')
  const panels = panelsOf<{ layer: { encoding: { x: { scale: { domain: number[] } } } }[] }>(figure)
  const ends = panels.map(({ layer }) => layer[0].encoding.x.scale.domain[1])
  expect(figure.caption).toContain('All time axes are the same.')
  expect(new Set(ends).size).toBe(1)
})

test('of more clients than can be told apart, the clock shows those whose round takes longest', () => {
  const data = syntheticRun({ schedulers: near.slice(0, 1) })
  const [{ label }] = near
  const count = 2500
  const ends = Array.from({ length: count }, (_, client) => 1 + ((client * 37) % count))
  const phases = ends.map((end, client) => ({ ...data.detail!.phases[0], scheduler: label, client, end }))
  const detail = {
    ...data.detail!,
    positions: [],
    links: [],
    phases: phases.map((each) => ({ ...each, start: 0 })),
  }
  const figure = figureOf({ ...data, detail }, 'gantt-round')
  const [panel] = panelsOf<{ data: { values: { row: string; end: number }[] } }>(figure)
  const longest = [...ends.keys()].filter((client) => ends[client] > count - 1000)
  expect(panel.data.values.map(({ row }) => row)).toEqual(longest.map(String))
  expect(figure.caption).toContain('Drawn are the 1,000 clients whose round takes longest.')
})

describe('a decision on the clock', () => {
  const phasesOf = (figure: Figure) =>
    panelsOf<{ data: { values: { phase: string; row: string }[] } }>(figure).map(({ data }) =>
      data.values.filter(({ phase }) => phase === 'decision').map(({ row }) => row),
    )

  test('has a row of its own where it can be seen', () => {
    const data = agingRun([1], { schedulers: near.slice(0, 1) })
    const slow = data.detail!.phases.map((phase) =>
      phase.phase === 'decision' ? { ...phase, start: phase.start - 100 } : phase,
    )
    const figure = figureOf({ ...data, detail: { ...data.detail!, phases: slow } }, 'gantt-round')
    expect(phasesOf(figure)).toEqual([['all clients']])
    expect(figure.caption).toContain('All clients wait for the decision.')
  })

  test('is told of where it cannot', () => {
    const figure = figureOf(agingRun([1], { schedulers: near.slice(0, 1) }), 'gantt-round')
    expect(phasesOf(figure)).toEqual([[]])
    expect(figure.caption).toContain('too short to be seen')
  })
})

describe('static against dynamic', () => {
  const figure = figureOf(faultyRun({ rounds: 40, schedulers: near.slice(0, 2) }), 'static-against-dynamic')

  test('has a curve for what happened and one for what the equations say', () => {
    const rows = datasetOf(figure, 'timePairs')
    const top = (how: string) =>
      Math.max(
        ...rows
          .filter((row) => row.how === how && row.scheduler === 'hardest-first')
          .map(({ value }) => value as number),
      )
    expect(top('by the equations') / top('as it happened')).toBeCloseTo(1.5, 3)
  })

  test('tells the ratio of each round, and its median', () => {
    for (const { value } of datasetOf(figure, 'ratios')) expect(value).toBeCloseTo(0.8, 6)
    expect(figure.caption).toMatch(/Medians: swap-matching 0\.800, /)
  })

  test('is left out where both are the same', () => {
    expect(idsOf({ ...syntheticRun(), dynamic: true })).not.toContain('static-against-dynamic')
    expect(idsOf({ ...faultyRun(), protocol: 'asynchronous' })).not.toContain('static-against-dynamic')
  })
})

describe('completion', () => {
  test('counts who was there and who finished, and says the shares', () => {
    const figure = figureOf(faultyRun({ rounds: 9, schedulers: near.slice(0, 1) }), 'completion')
    const rows = datasetOf(figure, 'clients')
    expect(rows.map(({ completed }) => completed)).toEqual([15, 16, 16, 15, 16, 16, 15, 16, 16])
    expect(rows.every(({ active }) => active === 16)).toBe(true)
    expect(figure.caption).toContain('swap-matching 97.9 % of 144 client-rounds')
  })

  test('takes means where there are many rounds', () => {
    const rows = datasetOf(
      figureOf(faultyRun({ rounds: 300, schedulers: near.slice(0, 1) }), 'completion'),
      'clients',
    )
    expect(rows).toHaveLength(30)
    expect(rows[0]).toMatchObject({ round: 5, completed: 15.6 })
  })
})

describe('cost at coherence times', () => {
  const figure = figureOf(
    agingRun([10, 0.01, 1e-4], { schedulers: near.slice(0, 3) }),
    'cost-at-coherence-times',
  )

  test('has a panel for all, and one for each from the longest to the shortest', () => {
    const titles = panelsOf<{ title: string }>(figure).map(({ title }) => title)
    expect(titles).toEqual([
      'all coherence times',
      'coherence time 10 s',
      'coherence time 10 ms',
      'coherence time 100 µs',
    ])
  })

  test('has a mark a scheduler, at its decision time, and tells whose cost lies beyond the axis by an arrow and no mark', async () => {
    const points = datasetOf(figure, 'points')
    expect(points).toHaveLength(9)
    const [first] = points.filter(({ coherence }) => coherence === 10)
    expect(first).toMatchObject({ scheduler: 'swap-matching', delayMs: 0.1 })
    expect(first.low as number).toBeLessThan(first.cost as number)
    expect(figure.caption).toMatch(/Arrows at the edge tell medians .*They are of .*greedy at 100 µs/)
    const last = points.find(({ scheduler, coherence }) => scheduler === 'greedy' && coherence === 1e-4)
    const { svg } = await drawFigure(figure, () => {})
    expect(svg).toContain(`↑ greedy ${significant(last!.cost as number, 3)}`)
    expect(figure.caption).toContain('measured on the machine of this run')
  })
})

describe('walks', () => {
  test('of a thousand clients do not overflow the stack', () => {
    const figure = figureOf(
      walkingRun({ rounds: 1, clients: 1000, channels: 300, schedulers: near.slice(0, 1) }),
      'map-walks',
    )
    expect(datasetOf(figure, 'walks').length).toBeGreaterThan(0)
  })

  test('are drawn as far as they can be told apart, and their distances all the way', () => {
    const figure = figureOf(walkingRun({ clients: 6, schedulers: near.slice(0, 2) }), 'map-walks')
    const drawn = datasetOf(figure, 'walks').map(({ time }) => time as number)
    expect(Math.max(...drawn)).toBeLessThan(995)
    expect(Math.max(...drawn)).toBeGreaterThan(50)
    const distances = datasetOf(figure, 'nearest')
    expect(distances).toHaveLength(200)
    for (const { low, middle, high, farthest } of distances as Record<string, number>[])
      expect([low, middle, high, farthest]).toEqual([low, middle, high, farthest].toSorted((a, b) => a - b))
  })

  test('of many clients are some of them, and that is said', () => {
    const figure = figureOf(walkingRun({ clients: 60, schedulers: near.slice(0, 1) }), 'map-walks')
    expect(new Set(datasetOf(figure, 'walks').map(({ client }) => client)).size).toBe(24)
    expect(figure.caption).toContain('the first 24 of 60 clients')
  })

  test('put clients elsewhere on the map of each scheduler', () => {
    const figure = figureOf(walkingRun({ clients: 6, schedulers: near.slice(0, 2) }), 'map-associations')
    const rows = datasetOf(figure, 'links').filter(({ client }) => client === 5)
    expect(rows).toHaveLength(2)
    expect(rows[0].x).not.toBe(rows[1].x)
    expect(figure.caption).toContain('Clients move')
  })
})

describe('the page of a run whose decisions took simulated time', () => {
  test('says so, and that it hangs on the machine where they were measured', () => {
    const measured = agingRun([1], { schedulers: near.slice(0, 2) })
    expect(runPage(measured, [], '')).toContain('as they were measured on this machine')
    const given = runPage({ ...measured, dependsOnMachine: false }, [], '')
    expect(given).toContain('Time includes the decision, for as long as the scenario says.')
    expect(given).not.toContain('measured on this machine')
    expect(runPage(syntheticRun(), [], '')).not.toContain('Time includes')
  })
})
