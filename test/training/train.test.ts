import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { type Problem, UserError } from '../../core/errors.js'
import { run } from '../../core/run.js'
import { type NewTrainingOptions, resumeTraining, type TrainingResult, train } from '../../core/train.js'
import { builtInPlugins } from '../../plugins/index.js'
import { flipBit } from '../files/damage.js'

const small = `
name: small
seed: 5
rounds: 6
network:
  clients: { count: 4 }
  servers: { count: 2 }
  channels: { count: 3 }
training: { validationRounds: 10, validateEvery: 2, criterion: geometric-mean, checkpointSeconds: 0 }
schedulers:
  - swap-matching
  - { plugin: static, options: { networks: 8, descents: 5 } }
  - { plugin: d3qn, options: { hidden: [16], rounds: 600, networks: 4, updateEvery: 4, replay: 256 } }
`

interface Place {
  readonly folder: string
  readonly scenario: string
}

function newFolder(text: string): Place {
  const folder = mkdtempSync(join(tmpdir(), 'cotwin-training-'))
  const scenario = join(folder, 'small.yaml')
  writeFileSync(scenario, text)
  return { folder, scenario }
}

const remove = ({ folder }: Place) => rmSync(folder, { recursive: true, force: true })

function folderWith(text = small): Place {
  const place = newFolder(text)
  onTestFinished(() => remove(place))
  return place
}

const plugins = builtInPlugins

/** Trains into `name` of the folder. */
const trained = (
  place: Place,
  name: string,
  options: Partial<NewTrainingOptions> = {},
): Promise<TrainingResult> => train(place.scenario, { plugins, out: join(place.folder, name), ...options })

/** What must not differ between two trainings of the same scenario and seed. */
const results = (folder: string, name: string) =>
  ['training.parquet', 'agent-losses.parquet', 'd3qn.safetensors', 'static.safetensors'].map((file) =>
    readFileSync(join(folder, name, file)).toString('hex'),
  )

/** A training that nothing stops, which several tests hold theirs against. */
let whole: TrainingResult & { readonly results: string[] }

beforeAll(async () => {
  const place = newFolder(small)
  whole = { ...(await trained(place, 'whole')), results: results(place.folder, 'whole') }
  return () => remove(place)
})

/** A module that kills its process as soon as that has said such a thing on standard error. */
const killedAt = (pattern: RegExp) =>
  `data:text/javascript,${encodeURIComponent(`
    const write = process.stderr.write
    process.stderr.write = (text, ...rest) => {
      const more = write.call(process.stderr, text, ...rest)
      if (${pattern}.test(text)) process.kill(process.pid, 'SIGKILL')
      return more
    }`)}`

const message = async (act: () => Promise<unknown>): Promise<string> => {
  const error = await act().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).message
}

describe('a training', () => {
  test('keeps weights that a run decides by, and tells how it went', async () => {
    const place = folderWith()
    const { summary, report } = whole
    const made = summary.made!
    expect(new Date(made.endedAt).toISOString()).toBe(made.endedAt)
    const page = readFileSync(join(summary.trainingDirectory, 'report.html'), 'utf8')
    for (const fact of [made.endedAt.slice(0, 10), made.cotwin, made.node]) expect(page).toContain(fact)
    expect(summary.schedulers.map(({ label, ended }) => [label, ended])).toEqual([
      ['static', 'finished'],
      ['d3qn', 'finished'],
    ])
    const d3qn = summary.schedulers[1]
    expect(d3qn).toMatchObject({ rounds: 600, tier: 'counts' })
    // Every fourth round brings an update, once there is a mini-batch of them.
    expect(d3qn.updates).toBe(150 - 64 / 4 + 1)
    expect(d3qn.best.geometricRatio).toBeLessThanOrEqual(d3qn.last.geometricRatio)
    expect(readFileSync(report, 'utf8')).toContain('fig9-loss-per-agent')

    const { summary: played } = await run(place.scenario, {
      plugins,
      report: false,
      overrides: summary.schedulers.map(
        ({ weights }, i) => `schedulers[${i + 1}].options.weights=${resolve(weights)}`,
      ),
      out: join(place.folder, 'run'),
    })
    expect(played.rounds).toBe(6)
  })

  test('ends the same when it was stopped and resumed', async () => {
    const place = folderWith()
    for (const [label, after] of [
      ['static', 2],
      ['d3qn', 3],
    ] as const) {
      const stop = new AbortController()
      const first = await trained(place, `stopped-${label}`, {
        signal: stop.signal,
        onStep: (of, _, { steps }) => {
          if (of === label && steps.length === after) stop.abort()
        },
      })
      expect(first.interrupted).toBe(true)
      const { interrupted } = await resumeTraining(join(place.folder, `stopped-${label}`), { plugins })
      expect(interrupted).toBe(false)
      expect(results(place.folder, `stopped-${label}`)).toEqual(whole.results)
    }
  })

  test('ends the same after it was killed', async () => {
    const place = folderWith()
    const main = join(inject('built'), 'core', 'cli', 'main.js')
    const words = [main, 'train', place.scenario, '--out', join(place.folder, 'killed')]
    const killing = ['--import', killedAt(/d3qn · (?!0 %)/)]
    const child = spawn(process.execPath, [...killing, ...words], { stdio: 'ignore' })
    await once(child, 'close')
    expect(child.signalCode).toBe('SIGKILL')
    await resumeTraining(join(place.folder, 'killed'), { plugins })
    expect(results(place.folder, 'killed')).toEqual(whole.results)
  })
})

describe('a training of which files are damaged', () => {
  const stopped = async (place: ReturnType<typeof folderWith>, name: string) => {
    const stop = new AbortController()
    const onStep: NewTrainingOptions['onStep'] = (of, _, { steps }) => {
      if (of === 'd3qn' && steps.length === 4) stop.abort()
    }
    await trained(place, name, { signal: stop.signal, onStep })
    return join(place.folder, name)
  }
  const told = () => {
    const warnings: Problem[] = []
    return { warnings, onWarning: (problem: Problem) => warnings.push(problem) }
  }

  test('goes on from the checkpoint before, writes weights again, and ends the same', async () => {
    const place = folderWith()
    const directory = await stopped(place, 'stopped')
    const [newest, weights] = ['checkpoints/d3qn.safetensors', 'static.safetensors'].map((name) =>
      join(directory, name),
    )
    flipBit(newest)
    flipBit(weights)
    const { warnings, onWarning } = told()
    await resumeTraining(directory, { plugins, onWarning })
    expect(warnings.map(({ place: { file } = { file: '' }, message }) => [file, message])).toEqual([
      [weights, 'is missing or damaged: it is written again'],
      [newest, 'the file is damaged: its contents do not have the SHA-256 that it states'],
    ])
    expect(results(place.folder, 'stopped')).toEqual(whole.results)

    // Finished by now: what is damaged of it is written again, too.
    flipBit(join(directory, 'd3qn.safetensors'))
    flipBit(join(directory, 'training.parquet'))
    rmSync(join(directory, 'summary.json'))
    await resumeTraining(directory, { plugins })
    expect(results(place.folder, 'stopped')).toEqual(whole.results)
    expect(existsSync(join(directory, 'summary.json'))).toBe(true)
  })

  test('is refused where no checkpoint is left, and where it does not say what it is of', async () => {
    const place = folderWith()
    const directory = await stopped(place, 'stopped')
    for (const name of ['d3qn.safetensors', 'before/d3qn.safetensors'])
      flipBit(join(directory, 'checkpoints', name))
    expect((await message(() => resumeTraining(directory, { plugins }))).split('\n')).toEqual([
      expect.stringContaining('checkpoints/d3qn.safetensors: the file is damaged'),
      expect.stringContaining('checkpoints/before/d3qn.safetensors: the file is damaged'),
      `${directory}: none of the checkpoints of d3qn can be used; expected one that can, or a new training`,
    ])
    flipBit(join(directory, 'training.json'))
    expect(await message(() => resumeTraining(directory, { plugins }))).toContain(
      'training.json: the file is damaged',
    )
  })
})

describe('what is refused', () => {
  test('a scenario of which nothing learns, and a scheduler that does not', async () => {
    const place = folderWith('schedulers: [greedy, max-sinr]\n')
    expect(await message(() => trained(place, 'a'))).toMatch(
      /small.yaml:1:13: schedulers: none of greedy, max-sinr learns; expected a scheduler that can be trained/,
    )
    expect(await message(() => trained(place, 'b', { schedulers: ['greedy'] }))).toMatch(
      /greedy does not learn/,
    )
    expect(await message(() => trained(place, 'c', { schedulers: ['gredy'] }))).toMatch(
      /has no scheduler "gredy"; it has greedy, max-sinr \(did you mean "greedy"\?\)/,
    )
  })

  test('a scenario with jobs, whose loads differ', async () => {
    const place = folderWith(
      'dynamics: dynamic\nschedulers: [{ plugin: d3qn, options: { rounds: 64, hidden: [8] } }]\njobs: [{ label: a, protocol: federated }]\n',
    )
    expect(await message(() => trained(place, 'a'))).toMatch(
      /jobs: schedulers train in networks with the load and the objective of one task; expected none/,
    )
  })

  test('going on with a scenario that was changed', async () => {
    const place = folderWith()
    const stop = new AbortController()
    await trained(place, 'training', { signal: stop.signal, onStep: () => stop.abort() })
    const copy = join(place.folder, 'training', 'scenario.yaml')
    writeFileSync(copy, readFileSync(copy, 'utf8').replace('seed: 5', 'seed: 6'))
    expect(await message(() => resumeTraining(join(place.folder, 'training'), { plugins }))).toMatch(
      /scenario.yaml: is damaged, or was changed since the training began/,
    )
  })

  test('going on with a plugin that was changed', async () => {
    const place = folderWith(
      'schedulers: [swap-matching, { plugin: d3qn, options: { rounds: 64, hidden: [8] } }]\nplugins: [./mine.ts]\n',
    )
    writeFileSync(
      join(place.folder, 'mine.ts'),
      `import { name } from './name.js'
      export default { kind: 'fading', name, summary: 'for tests',
        options: { type: 'object', additionalProperties: false }, create: () => ({ fill() {} }) }`,
    )
    writeFileSync(join(place.folder, 'name.ts'), "export const name = 'mine'")
    const stop = new AbortController()
    await trained(place, 'training', { signal: stop.signal, onStep: () => stop.abort() })
    writeFileSync(join(place.folder, 'name.ts'), "export const name = 'yours'")
    expect(await message(() => resumeTraining(join(place.folder, 'training'), { plugins }))).toMatch(
      /mine.ts: this plugin, or what it imports, has changed since the run began; expected it as it was, or a new run$/,
    )
  })

  test('a directory that holds no training', async () => {
    const { folder } = folderWith()
    expect(await message(() => resumeTraining(folder, { plugins }))).toMatch(
      /is no training directory: it has no training.json/,
    )
  })

  test('a scheduler without weights, weights of another, and of another network', async () => {
    const place = folderWith()
    const [fixed, d3qn] = whole.summary.schedulers.map(({ weights }) => resolve(weights))
    const running = (...overrides: string[]) =>
      message(() => run(place.scenario, { plugins, overrides, out: join(place.folder, 'run') }))
    expect(await running('schedulers=[d3qn]')).toMatch(/d3qn has not been trained; run `cotwin train`/)
    expect(await running(`schedulers=[{plugin: d3qn, options: {weights: ${fixed}}}]`)).toMatch(
      /static.safetensors: holds a policy of static; expected one of d3qn/,
    )
    expect(
      await running(
        `schedulers=[{plugin: d3qn, options: {hidden: [16], weights: ${d3qn}}}]`,
        'network.clients.count=5',
      ),
    ).toMatch(/the weights of d3qn were trained for clients 4; expected 5: train others with `cotwin train`/)
    expect(await running(`schedulers=[{plugin: d3qn, options: {weights: ${d3qn}}}]`)).toMatch(
      /trained for hidden 16; expected 512-256-128/,
    )
    expect(await running('schedulers=[{plugin: static, options: {weights: none.safetensors}}]')).toMatch(
      /none.safetensors: there is no such file/,
    )
  })
})
