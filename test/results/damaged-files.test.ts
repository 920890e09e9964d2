import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { writeSafetensors } from '../../core/files/safetensors.js'
import { openRun } from '../../core/index.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { readWeights } from '../../core/learning/weights-file.js'
import { withColumns } from '../../core/observe/table.js'
import { roundsTable } from '../../core/observe/tables.js'
import { readPolicy } from '../../core/plugin/index.js'
import { partOf } from '../../core/plugin/state-part.js'
import { readTraining } from '../../core/report/training/read.js'
import { newestCheckpoint } from '../../core/results/checkpoints.js'
import { savedTableLacks, TableWriter } from '../../core/results/parquet-table.js'
import { tablesLack } from '../../core/results/run-tables.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { run } from '../../core/run.js'
import { CellStore } from '../../core/suite/execution/cell-store.js'
import { train } from '../../core/train.js'
import { TrainingDirectory } from '../../core/training/directory.js'
import { builtInPlugins as plugins } from '../../plugins/index.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { rememberingPlugin, stoppedScenarios } from '../resumable-runs.js'
import { roundRow } from './round-row.js'

/** Damages, over all kinds of files. */
const times = process.env.COTWIN_LONG ? 2000 : 120
const random = new RandomStreams(8).stream('damage')
const below = (bound: number): number => Math.floor(random.next() * bound)

/** One to three bits flipped, an end cut off, a stretch of zeros, or something behind the end. */
function damaged(bytes: Buffer): Buffer {
  const kind = random.next()
  if (kind < 0.2) return bytes.subarray(0, below(bytes.length))
  if (kind < 0.25) return Buffer.concat([bytes, Buffer.alloc(1 + below(40), below(256))])
  const other = Buffer.from(bytes)
  if (kind < 0.3) other.fill(0, below(bytes.length))
  else for (let flips = 1 + below(3); flips > 0; flips--) other[below(other.length)] ^= 1 << below(8)
  return other.equals(bytes) ? damaged(bytes) : other
}

/** Files of one kind, and what reads one of them: it has to refuse it, or to do as if it were not there. */
interface Kind {
  readonly files: readonly string[]
  readonly refuses: (file: string) => unknown
}

const names = (folder: string, ending: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))

/** Expects a `UserError` that names the file. */
async function expectRefusal(read: () => unknown, file: string): Promise<void> {
  const error = await Promise.resolve()
    .then(read)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  expect(error, file).toBeInstanceOf(UserError)
  expect((error as UserError).message).toContain(basename(file))
}

/** What cotwin keeps, of every kind, and how each refuses a damaged file. */
async function keptFiles(): Promise<Readonly<Record<string, Kind>>> {
  const kinds: Record<string, Kind> = {}
  const root = temporaryDirectory()
  const at = (name: string) => join(root, name)
  writeFileSync(at('mine.mjs'), rememberingPlugin(0))
  const faults = 'dynamic rounds with churn, faults and a fixed time to decide'
  writeFileSync(at('run.yaml'), stoppedScenarios[faults](12))
  await run(at('run.yaml'), {
    plugins,
    out: at('run'),
    overrides: ['checkpoint.everySeconds=null', 'checkpoint.everyRounds=4'],
    onStart: ({ bus }) =>
      bus.on('round:end', ({ round }) => {
        if (round === 10) cpSync(at('run'), at('killed'), { recursive: true })
      }),
  })
  const readRun = async () => {
    const stored = openRun(at('run'))
    stored.scenario()
    stored.summary()
    for (const { name } of stored.manifest.tables) await stored.readTable(name)
  }
  await readRun()
  kinds['a run'] = {
    files: [
      ...['manifest.json', 'summary.json', 'scenario.yaml'].map((name) => at(`run/${name}`)),
      ...names(at('run'), '.parquet'),
    ],
    refuses: (file) => expectRefusal(readRun, file),
  }

  const lacks = (state: Parameters<typeof partOf>[0]) => tablesLack(at('killed'), partOf(state, 'tables')!)
  const newest = newestCheckpoint(at('killed'), lacks)!
  expect(partOf(newest.state, 'experiment')).toBeDefined()
  kinds['what a killed run goes on from'] = {
    files: names(at('killed/checkpoints'), '.safetensors'),
    // The newest: the one before is used. An older one: is not looked at.
    refuses: (file) => {
      const found = newestCheckpoint(at('killed'), lacks)!
      if (!file.includes('round-8')) expect(found.state).toEqual(newest.state)
      else {
        expect(found.unusable.map(({ place }) => place?.file)).toEqual([file])
        expect(found.state).not.toEqual(newest.state)
      }
    },
  }

  const table = at('groups.parquet')
  const kept = withColumns(roundsTable, () => false)
  const writer = new TableWriter(table, kept, { rowsPerGroup: 9 })
  for (let round = 1; round <= 50; round++) writer.append(roundRow({ round, cost: Math.sin(round) }))
  const state = writer.save()
  cpSync(`${table}.partial`, at('half.partial'))
  const half = readFileSync(at('half.partial'))
  expect(savedTableLacks(at('half.partial'), kept, state)).toBeUndefined()
  kinds['a table that is half written'] = {
    files: [at('half.partial')],
    // Something behind its end is cut off when it is gone on with.
    refuses: (file) => {
      if (!readFileSync(file).subarray(0, half.length).equals(half))
        expect(savedTableLacks(file, kept, state)).toContain(file)
    },
  }
  writer.close()
  kinds['a table of several row groups'] = {
    files: [table],
    refuses: (file) => expectRefusal(async () => (await StoredTable.open(table)).read(), file),
  }

  const record = {
    scheduler: 'a',
    plugin: 'b',
    tier: 'twin',
    seed: 1,
    rounds: 2,
    quit: 0,
    seconds: 1,
    workers: 1,
  }
  const made = { endedAt: '', cotwin: '1', node: '20', cpu: 'x', host: 'y' }
  const store = new CellStore(at('cells'))
  store.open()
  const { scheduler: _, ...row } = roundRow({ round: 1, cost: 2 })
  for (const address of ['aa', 'bb'])
    store.write({ ...record, ...made, address }, { rounds: [{ ...row, decisionSeconds: 1 }] })
  expect(new CellStore(at('cells')).record('aa')).toMatchObject({ ...record, address: 'aa' })
  kinds['a cell'] = {
    files: [...names(at('cells'), '.json'), ...names(at('cells'), '.parquet')],
    refuses: (file) => {
      const fresh = new CellStore(at('cells'))
      const address = basename(file).slice(0, 2)
      expect(fresh.record(address)).toBeUndefined()
      expect(fresh.damage(address).map(({ place }) => place?.file)).toEqual([file])
      expect(fresh.record(address === 'aa' ? 'bb' : 'aa')).toBeDefined()
    },
  }

  writeFileSync(
    at('train.yaml'),
    `seed: 5
network: { clients: { count: 4 }, servers: { count: 2 }, channels: { count: 3 } }
training: { validationRounds: 4, validateEvery: 1, checkpointSeconds: 0 }
schedulers: [swap-matching, { plugin: d3qn, options: { hidden: [8], rounds: 200, networks: 2, replay: 64 } }]
`,
  )
  const stop = new AbortController()
  const out = at('training')
  const onStep = (_label: string, _step: unknown, { steps }: { readonly steps: readonly unknown[] }) => {
    if (steps.length === 3) stop.abort()
  }
  await train(at('train.yaml'), { plugins, out, signal: stop.signal, onStep })
  const training = new TrainingDirectory(out)
  expect(training.canGoOn()).toBe(true)
  kinds['a training'] = {
    files: [
      ...['training.json', 'scenario.yaml', 'checkpoints/d3qn.safetensors'].map((name) => join(out, name)),
    ],
    refuses: (file) => {
      if (!file.includes('checkpoints')) return expect(training.canGoOn()).toBe(false)
      const told: string[] = []
      const state = training.readCheckpoint('d3qn', ({ place }) => told.push(place!.file))
      expect([told, state === undefined]).toEqual([[file], false])
    },
  }
  kinds['what a training came to'] = {
    files: [join(out, 'summary.json'), ...names(out, '.parquet')],
    refuses: (file) => expectRefusal(() => readTraining(out), file),
  }
  const weights = join(out, 'd3qn.safetensors')
  kinds['weights of a scheduler'] = {
    files: [weights],
    refuses: (file) => expectRefusal(() => readPolicy(weights, 'd3qn'), file),
  }
  const model = at('model.safetensors')
  writeFileSync(model, writeSafetensors([['w', { shape: [3, 2], values: new Float32Array(6).fill(1.5) }]]))
  kinds['weights of a model'] = {
    files: [model],
    refuses: (file) => expectRefusal(() => readWeights(model), file),
  }
  return kinds
}

test('of kept files that are flipped, cut, blanked or added to at random none is believed', async () => {
  const all = Object.values(await keptFiles())
  for (let i = 0; i < times; i++) {
    const { files, refuses } = all[i % all.length]
    const file = files[below(files.length)]
    const whole = readFileSync(file)
    writeFileSync(file, damaged(whole))
    await refuses(file)
    writeFileSync(file, whole)
  }
})
