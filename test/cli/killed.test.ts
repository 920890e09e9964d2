import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { StoredTable } from '../../core/results/stored-table.js'
import { expectSameTables, rememberingPlugin, stoppedScenarios } from '../resumable-runs.js'
import { answerTo, cotwin, directoryWith, smallNetwork } from './cotwin.js'
import { callsOf, type KillPoint, killed } from './killed-process.js'

/** Kills of each kind, at calls drawn at random: 15 with COTWIN_LONG=1, or COTWIN_KILLS; by default one as a run ends, and one of a suite. */
const kills = Number(process.env.COTWIN_KILLS ?? (process.env.COTWIN_LONG ? 15 : 0))
const random = new RandomStreams(20).stream('kills')

const rounds = 9

/** Kills of each protocol of processes: 50 with COTWIN_LONG=1, or COTWIN_KILLS. */
const killsOfProtocols = Number(process.env.COTWIN_KILLS ?? (process.env.COTWIN_LONG ? 50 : 0))
const protocol = (name: string, more: string) => `name: ${name}
rounds: ${rounds}
dynamics: dynamic
protocol: ${name}
network: { clients: { count: 5, flops: 1.0e6 }, servers: { count: 2 }, channels: { count: 3 }${more} }
faults: { stragglers: { plugin: lognormal, options: { sigma: 1 } } }
churn: { plugin: poisson, options: { meanStaySeconds: 20, meanAbsenceSeconds: 4 } }
workload: { samplesPerRound: 16 }
learning:
  model: { plugin: mlp, options: { hidden: [8, 8] } }
  dataset: { plugin: synthetic-classification, options: { samples: 200, testSamples: 50, features: 8 } }
  batchSize: 8
schedulers: [hardest-first, random]
`

const protocols = {
  asynchronous: protocol('asynchronous', ''),
  hierarchical: protocol('hierarchical', ', backhaul: { bitsPerSecond: 1.0e5, latencySeconds: 0.1 }'),
  pipelined: protocol('pipelined', ''),
  jobs: protocol('jobs', '').replace(
    'protocol: jobs\n',
    `protocol: asynchronous
jobs:
  - { label: in rounds, clients: { share: 0.6 }, protocol: hierarchical, leastSlots: 2 }
  - { label: one by one, workload: { samplesPerRound: 8 } }
`,
  ),
}
const runs = {
  learning: `name: learning
rounds: ${rounds}
${smallNetwork}learning:
  protocol: federated
  model: { plugin: mlp, options: { hidden: [8] } }
  dataset: { plugin: synthetic-classification, options: { samples: 200, testSamples: 50, features: 8 } }
  batchSize: 20
schedulers: [hardest-first, greedy]
`,
  faults: stoppedScenarios['dynamic rounds with churn, faults and a fixed time to decide'](rounds),
  twin: `name: twin
rounds: ${rounds}
dynamics: dynamic
network: { clients: { count: 4, positions: fixed }, servers: { count: 2 }, channels: { count: 3 } }
twin: { everyRounds: 2, delaySeconds: 0.005, gainErrorDb: 2 }
schedulers: [swap-matching, greedy]
`,
  mobility: stoppedScenarios['clients that walk, on channels that age'](rounds),
}
const checkpoints = ['--set', 'checkpoint.everySeconds=null', '--set', 'checkpoint.everyRounds=3', '--quiet']

/** What nobody should see: a stack, or an error that was not expected. */
const expectPlain = (stderr: string) => expect(stderr).not.toMatch(/\n\s+at |did not expect/)

/** Kill points drawn over all of a command's calls, or its last but so many. */
const points = (
  calls: number,
  last: readonly number[],
  thread: 'main' | 'worker' = 'main',
  times = kills,
): KillPoint[] => [
  ...last.map((back) => ({ at: calls - back, thread })),
  ...Array.from({ length: times }, () => ({ at: 1 + Math.floor(random.next() * calls), thread })),
]

/** One that is not whole yet may be of a process that is just coming, and so stays for a minute. */
function removeHalfDrafts(directory: string): void {
  const drafts = readdirSync(directory).filter((name) => /^running-[0-9a-f]{16}\.new$/.test(name))
  for (const path of drafts.map((name) => join(directory, name))) {
    expect(() => JSON.parse(readFileSync(path, 'utf8'))).toThrow(SyntaxError)
    rmSync(path)
  }
}

interface Tally {
  notBegun: number
  resumed: number
  nothingLacking: number
}
const tell = (kind: string, { notBegun, resumed, nothingLacking }: Tally) => {
  if (kills > 0)
    process.stdout.write(
      `${kind}: ${resumed} went on and ended the same, ${notBegun} had not begun, ${nothingLacking} lacked nothing\n`,
    )
}

describe('a run that is killed at any call that changes a file ends as one that was not', () => {
  const kinds = [
    ...Object.entries(runs).flatMap(([kind, text]) =>
      kills > 0 || kind === 'faults' ? [{ kind, text, times: kills }] : [],
    ),
    ...Object.entries(protocols).flatMap(([kind, text]) =>
      killsOfProtocols > 0 ? [{ kind, text, times: killsOfProtocols }] : [],
    ),
  ]
  test.each(kinds)('$kind', async ({ kind, text, times }) => {
    const cwd = directoryWith({ 'mine.mjs': rememberingPlugin(0), 'run.yaml': text })
    const words = (out: string) => ['run', 'run.yaml', '--out', out, ...checkpoints]
    const calls = await callsOf(words('whole'), cwd)
    const tally: Tally = { notBegun: 0, resumed: 0, nothingLacking: 0 }
    // The summary, the report, "finished" and what is removed then are the last calls.
    for (const [i, point] of points(calls, times > 0 ? [] : [7], 'main', times).entries()) {
      const out = `killed-${i}`
      const { code } = await killed(words(out), cwd, point)
      expect(code, `killed at ${point.at} of ${calls}`).toBeNull()
      const begun = existsSync(join(cwd, out, 'manifest.json'))
      const ended = await answerTo(['resume', out, '--quiet'], cwd)
      expectPlain(ended.stderr)
      if (!begun) {
        expect(ended.code).toBe(2)
        tally.notBegun++
        // The same command begins there.
        expect(await answerTo(words(out), cwd)).toMatchObject({ code: 0, stderr: '' })
        removeHalfDrafts(join(cwd, out))
        await expectSameTables(join(cwd, out), join(cwd, 'whole'))
        continue
      }
      if (ended.code !== 0)
        expect([point.at, ended.stderr]).toEqual([point.at, expect.stringMatching(/: is finished; expected/)])
      tally[ended.code === 0 ? 'resumed' : 'nothingLacking']++
      await expectSameTables(join(cwd, out), join(cwd, 'whole'))
      for (const folder of ['.', 'figures'])
        expect(readdirSync(join(cwd, out, folder)).sort()).toEqual(
          readdirSync(join(cwd, 'whole', folder)).sort(),
        )
    }
    tell(kind, tally)
  })
})

test.runIf(kills > 0)('a report that is killed is made again, and leaves nothing behind', async () => {
  const cwd = directoryWith({ 'run.yaml': runs.learning })
  await answerTo(['run', 'run.yaml', '--out', 'reported', ...checkpoints], cwd)
  const calls = await callsOf(['report', 'reported'], cwd)
  const listed = () =>
    [...readdirSync(join(cwd, 'reported')), ...readdirSync(join(cwd, 'reported', 'figures'))].sort()
  const [names, page] = [listed(), readFileSync(join(cwd, 'reported', 'report.html'), 'utf8')]
  const tally: Tally = { notBegun: 0, resumed: 0, nothingLacking: 0 }
  for (const point of points(calls, [])) {
    expect((await killed(['report', 'reported'], cwd, point)).code).toBeNull()
    const { code, stderr } = await answerTo(['resume', 'reported', '--quiet'], cwd)
    if (code !== 0) expect(stderr).toMatch(/: is finished; expected/)
    tally[code === 0 ? 'resumed' : 'nothingLacking']++
    expect(listed()).toEqual(names)
    expect(readFileSync(join(cwd, 'reported', 'report.html'), 'utf8')).toBe(page)
  }
  tell('report', tally)
})

test('a suite that is killed at any such call ends as one that was not', async () => {
  const cwd = directoryWith({
    'small.yaml': `rounds: 6\n${smallNetwork}schedulers: [greedy]\n`,
    'suite.yaml': 'scenarios: [small.yaml]\nschedulers: [hardest-first, greedy]\nseeds: 2\n',
  })
  const words = (out: string) => ['bench', 'suite.yaml', '--out', out, '--workers', '1', '--quiet']
  const inWorker = await callsOf(words('whole'), cwd, 'worker')
  const inMain = kills > 0 ? await callsOf(words('other'), cwd) : 0
  const cells = (out: string) =>
    readdirSync(join(cwd, out, 'cells'))
      .filter((name) => !name.startsWith('.unfinished'))
      .sort()
  const rowsOf = async (out: string) => {
    const tables = cells(out).filter((name) => name.endsWith('.rounds.parquet'))
    const read = tables.map(async (name) => {
      const table = await StoredTable.open(join(cwd, out, 'cells', name))
      const columns = table.columns.filter((column) => column !== 'decisionSeconds')
      const data = await table.read({ columns })
      return columns.map((column) => [...data.columns[column]])
    })
    return Promise.all(read)
  }
  const [names, rows] = [cells('whole'), await rowsOf('whole')]
  const half = <T>(all: readonly T[]) => all.filter((_, i) => i % 2 === 0)
  const drawn =
    kills > 0
      ? [...half(points(inMain, [])), ...half(points(inWorker, [], 'worker'))]
      : [{ at: Math.round(inWorker * 0.6), thread: 'worker' as const }]
  const tally: Tally = { notBegun: 0, resumed: 0, nothingLacking: 0 }
  for (const [i, point] of drawn.entries()) {
    const out = `killed-${i}`
    await killed(words(out), cwd, point)
    const { code, stderr } = await cotwin(words(out), cwd)
    expect([code, stderr]).toEqual([0, ''])
    expect(cells(out)).toEqual(names)
    expect(await rowsOf(out)).toEqual(rows)
    expect(existsSync(join(cwd, out, 'report.html'))).toBe(existsSync(join(cwd, 'whole', 'report.html')))
    tally.resumed++
  }
  tell('suite', tally)
})

test.runIf(kills > 0)('a training that is killed at any such call ends as one that was not', async () => {
  const cwd = directoryWith({
    'train.yaml': `seed: 5
${smallNetwork}training: { validationRounds: 6, validateEvery: 1, checkpointSeconds: 0 }
schedulers:
  - swap-matching
  - { plugin: static, options: { networks: 6, descents: 4 } }
  - { plugin: d3qn, options: { hidden: [16], rounds: 400, networks: 4, updateEvery: 4, replay: 256 } }
`,
  })
  const words = (out: string) => ['train', 'train.yaml', '--out', out, '--quiet']
  const calls = await callsOf(words('whole'), cwd)
  const results = (out: string) =>
    ['training.parquet', 'agent-losses.parquet', 'd3qn.safetensors', 'static.safetensors'].map((name) =>
      readFileSync(join(cwd, out, name)).toString('hex'),
    )
  const tally: Tally = { notBegun: 0, resumed: 0, nothingLacking: 0 }
  for (const [i, point] of points(calls, []).entries()) {
    const out = `killed-${i}`
    mkdirSync(join(cwd, out), { recursive: true })
    expect((await killed(words(out), cwd, point)).code).toBeNull()
    const { code, stderr } = await answerTo(['resume', out, '--quiet'], cwd)
    expectPlain(stderr)
    if (!existsSync(join(cwd, out, 'training.json'))) {
      expect(code).toBe(2)
      tally.notBegun++
      expect(await answerTo(words(out), cwd)).toMatchObject({ code: 0, stderr: '' })
      expect(results(out)).toEqual(results('whole'))
      continue
    }
    expect([code, stderr]).toEqual([0, ''])
    expect(results(out)).toEqual(results('whole'))
    expect(readdirSync(join(cwd, out)).sort()).toEqual(readdirSync(join(cwd, 'whole')).sort())
    tally.resumed++
  }
  tell('training', tally)
})
