import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '../../errors.js'
import type { Suite } from '../definition/load.js'
import { CellRunner } from './cell-runner.js'
import { CellStore } from './cell-store.js'
import { type Cell, cellsOf } from './cells.js'
import type { KindPace } from './expected-seconds.js'
import { kindOf } from './work-left.js'

/** What cells of one kind take, as a few rounds of one of them tell. */
export interface SampledKind extends KindPace {
  /** Of a cell's files: at the least, and by round. */
  readonly bytes: number
  readonly bytesPerRound: number
}

export interface SampleOptions {
  readonly worker: URL
  /** Samples that run at once. */
  readonly workers: number
  /** Kinds that are of interest; default all. */
  readonly wanted?: (kind: string) => boolean
  readonly signal?: AbortSignal
}

/** What samples tell, and which kinds none could be taken of. */
export interface Samples {
  readonly kinds: ReadonlyMap<string, SampledKind>
  readonly failures: readonly SampleFailure[]
}

/** A kind that failed, and why. */
interface SampleFailure {
  readonly kind: Kind
  readonly problems: readonly Problem[]
}

/** Rounds of the first sample, from which it follows how many the next one has. */
const FIRST_ROUNDS = 2
/** What the last sample of a kind is to take, s. */
const SAMPLE_SECONDS = 1
/** What loads on the way makes a first sample slow, and the second shorter than meant: then there is a third. */
const MOST_SAMPLES = 3

/**
 * Runs a few rounds of a cell of each kind, and more, aside: what they differ by is what rounds take. Kinds of which
 * the weights are still to be trained are left out.
 */
export async function sampleKinds(suite: Suite, options: SampleOptions): Promise<Samples> {
  const directory = mkdtempSync(join(tmpdir(), 'cotwin-estimate-'))
  const { worker, workers } = options
  const runner = new CellRunner({ directory, worker, workers })
  try {
    const all = kindsOf(suite).filter(({ kind }) => options.wanted?.(kind) ?? true)
    let failures: readonly SampleFailure[] = []
    const lines = new Map<string, { before: Measured | undefined; last: Measured }>()
    let next = all.map((each) => ({ ...each, rounds: Math.min(each.rounds, FIRST_ROUNDS) }))
    for (let i = 0; i < MOST_SAMPLES && next.length > 0; i++) {
      const sampled = await sample(suite, next, runner, options)
      failures = [...failures, ...sampled.failures]
      for (const [kind, last] of sampled.measured) lines.set(kind, { before: lines.get(kind)?.last, last })
      next = all.flatMap((each) => {
        const known = sampled.measured.get(each.kind)
        const enough = known && i > 0 && known.seconds >= SAMPLE_SECONDS / 2
        if (!known || enough || each.rounds <= known.rounds) return []
        return [{ ...each, rounds: Math.min(each.rounds, longerThan(known)) }]
      })
    }
    const kinds = new Map<string, SampledKind>()
    for (const { kind } of all) {
      const line = lines.get(kind)
      if (line) kinds.set(kind, lineThrough(line.before ?? line.last, line.last))
    }
    return { kinds, failures }
  } finally {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** So many rounds as take the time of a sample, as far as a shorter one tells. */
const longerThan = ({ rounds, seconds }: Measured): number =>
  Math.ceil(Math.max(2 * rounds, SAMPLE_SECONDS / Math.max(seconds / rounds, 1e-5)))

/** A scheduler in a setting. */
export interface Kind {
  readonly kind: string
  readonly setting: number
  readonly scheduler: string
  readonly rounds: number
}

interface Measured {
  readonly rounds: number
  /** What the rounds took, s, and that with all that comes before and after. */
  readonly seconds: number
  readonly inHand: number
  readonly bytes: number
}

function kindsOf({ settings, train }: Suite): Kind[] {
  const trained = new Set(train.flatMap(({ schedulers, alsoFor }) => [...schedulers, ...alsoFor]))
  return settings.flatMap(({ schedulers, loaded }, setting) =>
    schedulers
      .filter(({ label }) => !trained.has(label))
      .map(({ label }) => ({
        kind: kindOf({ setting, scheduler: label }),
        setting,
        scheduler: label,
        rounds: loaded.scenario.rounds,
      })),
  )
}

async function sample(
  suite: Suite,
  kinds: readonly Kind[],
  runner: CellRunner,
  { workers, signal }: SampleOptions,
) {
  const store = new CellStore(runner.directory)
  const measured = new Map<string, Measured>()
  const failures: SampleFailure[] = []
  const waiting = [...kinds]
  const takeTurns = async () => {
    for (let kind = waiting.shift(); kind && !signal?.aborted; kind = waiting.shift()) {
      const cell = cellOf(suite, kind)
      const { outcome, seconds } = await runner.run(cell)
      const record = store.record(cell.address)
      if (outcome.failed) failures.push({ kind, problems: outcome.problems })
      else if (record) {
        const files = store.files(cell.address).map((name) => statSync(join(runner.directory, name)).size)
        const bytes = files.reduce((sum, size) => sum + size, 0)
        measured.set(kind.kind, { rounds: record.rounds, seconds: record.seconds, inHand: seconds, bytes })
      }
    }
  }
  await Promise.all(Array.from({ length: workers }, takeTurns))
  return { measured, failures }
}

/** The cell of the first seed of a kind, with fewer rounds. */
function cellOf(suite: Suite, { setting, scheduler, rounds }: Kind): Cell {
  const own = suite.settings[setting]!
  const scenario = { ...own.loaded.scenario, rounds }
  const alone = {
    ...own,
    loaded: { ...own.loaded, scenario },
    schedulers: own.schedulers.filter(({ label }) => label === scheduler),
  }
  return cellsOf({ ...suite, seeds: suite.seeds.slice(0, 1), settings: [alone] })[0]!
}

function lineThrough(a: Measured, b: Measured): SampledKind {
  // A thread that is new loads everything first, so what comes beside the rounds is told by the later sample.
  const beside = Math.max(0, b.inHand - b.seconds)
  if (b.rounds <= a.rounds)
    return { start: beside, perRound: a.seconds / a.rounds, bytes: 0, bytesPerRound: a.bytes / a.rounds }
  const slope = (of: 'seconds' | 'bytes') => Math.max(0, (b[of] - a[of]) / (b.rounds - a.rounds))
  // What is compiled on the way makes the first rounds slow: those of the longer sample are more like the others.
  const perRound = Math.min(b.seconds / b.rounds, slope('seconds') || b.seconds / b.rounds)
  const bytesPerRound = slope('bytes')
  return {
    perRound,
    bytesPerRound,
    start: beside + Math.max(0, b.seconds - perRound * b.rounds),
    bytes: Math.max(0, b.bytes - bytesPerRound * b.rounds),
  }
}
