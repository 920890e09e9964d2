import type { Fault, Phase, ReportData, SchedulerRounds } from '../../core/report/report-data.js'
import { syntheticRun } from './synthetic-run.js'

type Run = Parameters<typeof syntheticRun>[0]

const share = (values: Float64Array, factor: number) => values.map((value) => value * factor)

/** A run that followed the events: cheaper than the equations say, with faults of every kind in its detailed round. */
export function faultyRun(options: Run = {}): ReportData {
  const data = syntheticRun(options)
  const { detail } = data
  if (!detail) throw new Error('a synthetic run has a detailed round')
  const [first] = data.schedulers
  const startOf = (label: string) =>
    Math.min(...detail.phases.filter(({ scheduler }) => scheduler === label).map(({ start }) => start))
  const at = startOf(first.label)
  const end = (client: number) =>
    Math.max(
      ...detail.phases
        .filter((phase) => phase.scheduler === first.label && phase.client === client)
        .map((phase) => phase.end),
    )
  const server = detail.links.find(({ client }) => client === 2)!.server
  const of = (fault: Omit<Fault, 'round' | 'scheduler'>): Fault => ({
    round: 1,
    scheduler: first.label,
    ...fault,
  })
  const faults: Fault[] = [
    of({ kind: 'absence', client: 0, server: null, start: at - 50, end: null }),
    of({ kind: 'outage', client: 1, server: 0, start: at + 10, end: at + 25 }),
    of({ kind: 'failure', client: null, server, start: at + 30, end: at + 90 }),
    of({ kind: 'outage', client: 1, server: 0, start: end(1) + 5, end: end(1) + 50 }),
    of({ kind: 'outage', client: 1, server: 0, start: at - 90, end: at - 40 }),
    of({ kind: 'deadline', client: 3, server: 1, start: end(3), end: end(3) }),
  ]
  return {
    ...data,
    dynamic: true,
    schedulers: data.schedulers.map(
      (scheduler): SchedulerRounds => ({
        ...scheduler,
        staticCost: share(scheduler.cost, 1.25),
        staticTime: share(scheduler.time, 1.5),
        completed: scheduler.served.map((served, i) => served - (i % 3 === 0 ? 1 : 0)),
      }),
    ),
    detail: {
      ...detail,
      faults,
      phases: detail.phases.filter(({ scheduler, client }) => scheduler !== first.label || client !== 0),
      links: detail.links
        .filter(({ scheduler, client }) => scheduler !== first.label || client !== 0)
        .map((link) =>
          link.scheduler === first.label && link.client === 3 ? { ...link, completed: 0, time: null } : link,
        ),
    },
  }
}

/** A run whose clients go round in circles, seen by each scheduler at another time. */
export function walkingRun(options: Run = {}): ReportData {
  const data = syntheticRun(options)
  const { detail } = data
  if (!detail) throw new Error('a synthetic run has a detailed round')
  const { clients } = data.sizes
  const place = (client: number, time: number) => ({
    x: 300 + (20 + 240 * (client / clients)) * Math.cos(time / 40 + client),
    y: 300 + (20 + 240 * (client / clients)) * Math.sin(time / 40 + client),
  })
  const all = Array.from({ length: clients }, (_, client) => client)
  const times = Array.from({ length: 200 }, (_, i) => i * 5)
  return {
    ...data,
    walks: times.flatMap((time) => all.map((client) => ({ client, time, ...place(client, time) }))),
    detail: {
      ...detail,
      positions: [
        ...detail.positions.filter(({ kind }) => kind === 'server'),
        ...data.schedulers.flatMap(({ label }, s) =>
          all.map((index) => ({
            round: 1,
            scheduler: label,
            kind: 'client' as const,
            index,
            ...place(index, 70 * s),
          })),
        ),
      ],
    },
  }
}

/** A run whose decisions took simulated time, with what it would have cost at other coherence times. */
export function agingRun(coherences: readonly number[], options: Run = {}): ReportData {
  const data = syntheticRun(options)
  const seconds = (s: number) => 10 ** (s - 4)
  const decisions: Phase[] = data.schedulers.map(({ label }, s) => {
    const own = data.detail!.phases.filter(({ scheduler }) => scheduler === label)
    const start = Math.min(...own.map((phase) => phase.start))
    return {
      round: 1,
      scheduler: label,
      client: null,
      phase: 'decision',
      start: start - seconds(s),
      end: start,
    }
  })
  return {
    ...data,
    dependsOnMachine: true,
    detail: { ...data.detail!, phases: [...decisions, ...data.detail!.phases] },
    schedulers: data.schedulers.map((scheduler, s) => ({
      ...scheduler,
      decisionTime: scheduler.time.map(() => seconds(s)),
    })),
    aged: data.schedulers.flatMap(({ label, cost }, s) =>
      coherences.map((coherenceSeconds) => ({
        scheduler: label,
        coherenceSeconds,
        delaySeconds: cost.map(() => seconds(s)),
        cost: cost.map((value) => value * (1 + 20 * -Math.expm1(-seconds(s) / coherenceSeconds))),
      })),
    ),
  }
}
