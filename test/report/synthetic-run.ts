import { clientsTable, roundsTable } from '../../core/observe/tables.js'
import type {
  DetailedRound,
  Link,
  Phase,
  Quit,
  ReportData,
  SchedulerRounds,
} from '../../core/report/report-data.js'
import { madeFigures, madeRow } from '../results/made-rows.js'

/** A small generator with a fixed sequence, so that the same run is built every time. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 4294967296
  }
}

interface SyntheticScheduler {
  readonly label: string
  /** Median cost against the first scheduler's. */
  readonly level: number
  /** Standard deviation of the logarithm of the cost. */
  readonly spread: number
  readonly decisionMs: number
}

export const paperLikeSchedulers: readonly SyntheticScheduler[] = [
  { label: 'swap-matching', level: 1, spread: 0.1, decisionMs: 0.53 },
  { label: 'hardest-first', level: 0.956, spread: 0.09, decisionMs: 0.08 },
  { label: 'greedy', level: 1.23, spread: 0.13, decisionMs: 0.46 },
  { label: 'decomposition', level: 1.55, spread: 0.35, decisionMs: 0.26 },
  { label: 'max-sinr', level: 1.5, spread: 0.4, decisionMs: 0.06 },
  { label: 'random', level: 700, spread: 2.5, decisionMs: 0.004 },
]

interface SyntheticRun {
  readonly rounds?: number
  readonly schedulers?: readonly SyntheticScheduler[]
  readonly clients?: number
  readonly servers?: number
  readonly channels?: number
  /** Clients that quit a scheduler's run, evenly over the rounds. */
  readonly quitting?: number
}

/** A run with costs like those of the paper's setting, drawn from `numbersFrom`. */
export function syntheticRun(options: SyntheticRun = {}): ReportData {
  const { rounds = 50, clients = 16, servers = 4, channels = 10, quitting = 0 } = options
  const schedulers = options.schedulers ?? paperLikeSchedulers
  const draw = numbersFrom(7)
  const hardness = Array.from({ length: rounds }, () => normal(draw) * 0.08)
  const quits = schedulers.flatMap(({ label }, s) =>
    Array.from({ length: quitting === 0 ? 0 : Math.min(quitting + s, clients) }, (_, i): Quit => {
      const round = Math.max(1, Math.round(((i + 1) * rounds) / (quitting + s + 1)))
      return { round, scheduler: label, client: i, time: round, spent: 1000.5 + i, budget: 1000 + i }
    }),
  )
  return {
    name: 'paper-schedulers',
    description: 'Six schedulers on the network of Section VI, every round with new positions and fading.',
    seed: 1,
    roundsAsked: rounds,
    roundsDone: rounds,
    status: 'completed',
    sizes: { clients, servers, channels },
    weights: { latency: 0.5, energy: 0.5 },
    facts: [
      { name: 'cotwin', value: '0.1.0' },
      { name: 'date', value: '2025-01-02 03:04 UTC' },
      { name: 'scenario hash', value: '0123456789ab' },
    ],
    scenarioText: 'name: paper-schedulers\nseed: 1\n',
    baseline: schedulers[0].label,
    schedulers: schedulers.map((scheduler) =>
      syntheticRounds(
        scheduler,
        hardness,
        clients,
        quits.filter(({ scheduler: of }) => of === scheduler.label),
        draw,
      ),
    ),
    quits,
    dependsOnMachine: false,
    dynamic: false,
    walks: [],
    aged: [],
    detail: syntheticDetail(schedulers, clients, servers, channels, draw),
  }
}

function syntheticRounds(
  { label, level, spread, decisionMs }: SyntheticScheduler,
  hardness: readonly number[],
  clients: number,
  quits: readonly Quit[],
  draw: () => number,
): SchedulerRounds {
  const per = (value: (round: number, i: number) => number) =>
    Float64Array.from(hardness, (_, i) => value(i + 1, i))
  const time = per((_, i) => 1000 * level * Math.exp(hardness[i] + normal(draw) * spread))
  const energy = per((_, i) => 1330 * level ** 0.7 * Math.exp(hardness[i] + normal(draw) * spread * 0.7))
  let clock = 0
  return {
    label,
    plugin: label,
    tier: label === 'random' ? 'counts' : label === 'max-sinr' ? 'local' : 'twin',
    ...madeFigures(roundsTable, hardness.length, {}),
    round: per((round) => round),
    cost: per((_, i) => 0.5 * time[i] + 0.5 * energy[i]),
    time,
    energy,
    staticCost: per((_, i) => 0.5 * time[i] + 0.5 * energy[i]),
    staticTime: time.slice(),
    decisionTime: per(() => 0),
    startTime: per((_, i) => {
      const start = clock
      clock += time[i]
      return start
    }),
    active: per((round) => clients - quits.filter((quit) => quit.round < round).length),
    served: per((round) => clients - quits.filter((quit) => quit.round < round).length),
    completed: per((round) => clients - quits.filter((quit) => quit.round < round).length),
    violations: per(() => 0),
    decisionSeconds: per(
      () => (decisionMs / 1000) * Math.exp(normal(draw) * 0.2 + (draw() < 0.01 ? 1.5 : 0)),
    ),
  }
}

function syntheticDetail(
  schedulers: readonly SyntheticScheduler[],
  clients: number,
  servers: number,
  channels: number,
  draw: () => number,
): DetailedRound {
  const side = Math.ceil(Math.sqrt(servers))
  const place = (index: number) => (side === 1 ? 300 : (600 * index) / (side - 1))
  const at = {
    client: Array.from({ length: clients }, () => ({ x: 600 * draw(), y: 600 * draw() })),
    server: Array.from({ length: servers }, (_, m) => ({
      x: place(m % side),
      y: place(Math.floor(m / side)),
    })),
  }
  const links: Link[] = []
  const phases: Phase[] = []
  schedulers.forEach(({ label, level }, s) => {
    at.client.forEach((position, client) => {
      const server =
        s < 2
          ? at.server.reduce(
              (best, each, m) => (distance(each, position) < distance(at.server[best], position) ? m : best),
              0,
            )
          : Math.floor(draw() * servers)
      const uplink = 900 * level ** (s < 5 ? 1 : 0.5) * (0.3 + 0.7 * draw())
      const downlink = 200 * level ** (s < 5 ? 1 : 0.5) * (0.2 + 0.8 * draw())
      const start = 5000 * s
      const ends = [3, 3 + uplink, 10 + uplink, 10 + uplink + downlink, 12 + uplink + downlink]
      const names = ['head-forward', 'uplink', 'edge', 'downlink', 'head-backward']
      ends.forEach((end, i) => {
        phases.push({
          round: 1,
          scheduler: label,
          client,
          phase: names[i],
          start: start + (ends[i - 1] ?? 0),
          end: start + end,
        })
      })
      const channel = Math.floor((client + s * 3) % channels)
      links.push(
        madeRow(clientsTable, {
          round: 1,
          scheduler: label,
          client,
          server,
          channel,
          completed: 1,
          time: ends.at(-1)!,
          energy: 0.2 * uplink,
        }),
      )
    })
  })
  const positions = (['client', 'server'] as const).flatMap((kind) =>
    at[kind].map((position, index) => ({ round: 1, scheduler: null, kind, index, ...position })),
  )
  return { round: 1, positions, links, phases, faults: [] }
}

const distance = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.hypot(a.x - b.x, a.y - b.y)

const normal = (draw: () => number) => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw())

/** A run with just these costs; time is half of the cost and energy one and a half of it, so that they add up. */
export function handMadeRun(costs: Readonly<Record<string, readonly number[]>>): ReportData {
  const rounds = Math.max(...Object.values(costs).map(({ length }) => length))
  const schedulers = Object.entries(costs).map(([label, own]): SchedulerRounds => {
    const per = (value: (cost: number, i: number) => number) => Float64Array.from(own, value)
    return {
      label,
      plugin: label,
      tier: 'twin',
      ...madeFigures(roundsTable, own.length, {}),
      round: per((_, i) => i + 1),
      cost: per((cost) => cost),
      time: per((cost) => cost / 2),
      energy: per((cost) => cost * 1.5),
      staticCost: per((cost) => cost),
      staticTime: per((cost) => cost / 2),
      decisionTime: per(() => 0),
      startTime: per((_, i) => own.slice(0, i).reduce((sum, cost) => sum + cost / 2, 0)),
      active: per(() => 4),
      served: per(() => 4),
      completed: per(() => 4),
      violations: per(() => 0),
      decisionSeconds: per((_, i) => 0.001 * (i + 1)),
    }
  })
  const { detail: _, ...run } = syntheticRun({ rounds: 1 })
  return {
    ...run,
    roundsAsked: rounds,
    roundsDone: rounds,
    baseline: schedulers[0].label,
    schedulers,
    quits: [],
  }
}
