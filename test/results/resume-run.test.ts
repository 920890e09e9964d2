import fs, {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Problem, UserError } from '../../core/errors.js'
import { openRun } from '../../core/index.js'
import { readCheckpoint, writeCheckpoint } from '../../core/results/checkpoint-file.js'
import { type PlayOptions, resume, run } from '../../core/run.js'
import { builtInPlugins } from '../../plugins/index.js'
import { changeSealed } from '../files/change-sealed.js'
import { flipBit } from '../files/damage.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { expectSameTables, rememberingPlugin, stoppedScenarios } from '../resumable-runs.js'

const plugins = builtInPlugins
/** Without the report, which takes longer than all else here: the tests that are about it draw it. */
const quickly = { plugins, report: false }

/** A scenario and its plugin in a directory of its own. */
function written(text: string, plugin = rememberingPlugin(0)) {
  const cwd = temporaryDirectory()
  writeFileSync(join(cwd, 'mine.mjs'), plugin)
  writeFileSync(join(cwd, 'stopped.yaml'), text)
  return { cwd, scenario: join(cwd, 'stopped.yaml'), whole: join(cwd, 'whole') }
}

/** Copies a run's directory as it is when rounds end: what is left of a process that is killed there. */
const copying =
  (from: string, copies: Readonly<Record<number, string>>): NonNullable<PlayOptions['onStart']> =>
  ({ bus }) =>
    bus.on('round:end', ({ round }) => {
      if (copies[round]) cpSync(from, copies[round], { recursive: true })
    })

const everyRounds = (n: number) => ['checkpoint.everySeconds=null', `checkpoint.everyRounds=${n}`]

describe('a run that is killed ends with the tables of one that was not', () => {
  // Killed with a checkpoint just taken; some rounds after the last; before the first; after the last round.
  test.each(Object.entries(stoppedScenarios))('%s', async (_, text) => {
    const { scenario, whole, cwd } = written(text(30))
    const lastCheckpoints = { 5: 0, 14: 14, 19: 14, 30: 28 }
    const copies = Object.keys(lastCheckpoints).map((round) => [round, join(cwd, `killed-${round}`)])
    const onStart = copying(whole, Object.fromEntries(copies))
    await run(scenario, { ...quickly, out: whole, overrides: everyRounds(7), onStart })
    for (const [killed, from] of Object.entries(lastCheckpoints)) {
      const out = join(cwd, `killed-${killed}`)
      const warnings: Problem[] = []
      const result = await resume(out, { ...quickly, onWarning: (problem) => warnings.push(problem) })
      await expectSameTables(out, whole)
      expect(result).toMatchObject({ interrupted: false, summary: { rounds: 30 } })
      expect(openRun(out).manifest.resumed).toMatchObject([{ rounds: from }])
      const message = 'no checkpoint was taken yet: it begins again with round 1'
      expect(warnings).toEqual(from === 0 ? [{ message, place: { file: out } }] : [])
    }
  })
})

describe('a run that ends early', () => {
  const text = stoppedScenarios['clients that walk, on channels that age'](20)

  test('by a signal can be read, and goes on from that very round, twice', async () => {
    const { scenario, whole, cwd } = written(text)
    const out = join(cwd, 'out')
    const until = (when: number): Pick<PlayOptions, 'signal' | 'onStart' | 'plugins' | 'report'> => {
      const controller = new AbortController()
      const onStart: NonNullable<PlayOptions['onStart']> = ({ bus }) =>
        bus.on('round:end', ({ round }) => {
          if (round === when) controller.abort()
        })
      return { ...quickly, signal: controller.signal, onStart }
    }
    const overrides = ['checkpoint.everySeconds=1000']
    const first = await run(scenario, { ...until(6), out, overrides })
    const second = await resume(out, until(13))
    expect([first, second].map(({ interrupted, summary }) => [interrupted, summary.rounds])).toEqual([
      [true, 6],
      [true, 13],
    ])
    expect((await openRun(out).readTable('rounds')).rows).toBe(26)
    expect((await openRun(out).readTable('walks')).rows).toBeGreaterThan(0)
    const { interrupted, summary } = await resume(out, quickly)
    expect([interrupted, summary.rounds]).toEqual([false, 20])
    expect(openRun(out).manifest.resumed).toMatchObject([{ rounds: 6 }, { rounds: 13 }])
    await run(scenario, { ...quickly, out: whole, overrides })
    await expectSameTables(out, whole)
  })

  test('by an error goes on when that is gone', async () => {
    const { scenario, whole, cwd } = written(
      text,
      `import { existsSync } from 'node:fs'\n${rememberingPlugin(0).replace(
        'async decide(view) {',
        `async decide(view) { if (view.round === 9 && existsSync(new URL('broken', import.meta.url))) throw new Error('no luck')`,
      )}`,
    )
    const out = join(cwd, 'out')
    writeFileSync(join(cwd, 'broken'), '')
    const failed = run(scenario, { ...quickly, out, overrides: everyRounds(3) })
    await expect(failed).rejects.toThrow('the 8 rounds before it are kept')
    expect(openRun(out).manifest).toMatchObject({ status: 'failed', rounds: 8 })
    rmSync(join(cwd, 'broken'))
    await resume(out, quickly)
    await run(scenario, { ...quickly, out: whole, overrides: everyRounds(3) })
    await expectSameTables(out, whole)
  })
})

describe('with damaged checkpoints', () => {
  test('the one before is used where the newest is, and all are named where none is left', async () => {
    const { scenario, whole, cwd } = written(stoppedScenarios['static rounds with budgets'](20))
    const [out, hopeless] = [join(cwd, 'out'), join(cwd, 'hopeless')]
    await run(scenario, {
      ...quickly,
      out: whole,
      overrides: everyRounds(4),
      onStart: copying(whole, { 10: out }),
    })
    cpSync(out, hopeless, { recursive: true })
    const odd = join(cwd, 'odd')
    cpSync(out, odd, { recursive: true })
    const file = (of: string, round: number) => join(of, 'checkpoints', `round-${round}.safetensors`)
    const bytes = readFileSync(file(out, 8))
    bytes[bytes.length >> 1] ^= 4
    writeFileSync(file(out, 8), bytes)
    const warnings: Problem[] = []
    await resume(out, { ...quickly, onWarning: (problem) => warnings.push(problem) })
    const damaged = 'the file is damaged: its contents do not have the SHA-256 that it states'
    expect(warnings).toEqual([{ message: damaged, place: { file: file(out, 8) } }])
    expect(openRun(out).manifest.resumed).toMatchObject([{ rounds: 4 }])
    await expectSameTables(out, whole)

    // Sealed, and yet no state of such a run.
    const { arrays, values } = readCheckpoint(file(odd, 8))
    const name = 'experiment/scheduler%20mine/spending/energySpent'
    writeCheckpoint(file(odd, 8), { values, arrays: { ...arrays, [name]: arrays[name].slice(1) } })
    warnings.length = 0
    await resume(odd, { ...quickly, onWarning: (problem) => warnings.push(problem) })
    const message =
      'a run cannot be resumed from it: experiment: scheduler mine: spending: array energySpent: expected a Float64Array of length 4, found a Float64Array of length 3'
    expect(warnings).toEqual([{ message, place: { file: file(odd, 8) } }])
    await expectSameTables(odd, whole)

    for (const round of [4, 8]) truncateSync(file(hopeless, round), 500)
    const before = readFileSync(join(hopeless, 'manifest.json'), 'utf8')
    const error: UserError = await resume(hopeless, { plugins }).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(error.problems).toEqual([
      { message: damaged, place: { file: file(hopeless, 8) } },
      { message: damaged, place: { file: file(hopeless, 4) } },
      {
        message:
          'none of its checkpoints can be used; expected a run with one that can, or run its scenario.yaml again',
        place: { file: hopeless },
      },
    ])
    expect(readFileSync(join(hopeless, 'manifest.json'), 'utf8')).toBe(before)
    expect(readdirSync(hopeless).filter((name) => name.startsWith('running'))).toEqual([])
  })
})

describe('a run that is finished', () => {
  test('is given what it lacks of its summary and report, from its tables, and cleaned', async () => {
    const { scenario, whole, cwd } = written(stoppedScenarios['static rounds with budgets'](8))
    const copy = join(cwd, 'copy')
    await run(scenario, {
      plugins,
      out: whole,
      overrides: everyRounds(4),
      onStart: copying(whole, { 5: copy }),
    })
    const listed = () => [whole, join(whole, 'figures')].map((folder) => readdirSync(folder).sort())
    const names = listed()
    const page = readFileSync(join(whole, 'report.html'), 'utf8')
    const [summary] = [openRun(whole).summary()]
    const file = (name: string) => join(whole, name)
    const lacks: readonly (() => void)[] = [
      () => rmSync(file('summary.json')),
      () => flipBit(file('summary.json')),
      () => rmSync(file('report.html')),
      () => rmSync(file('figures'), { recursive: true }),
      () => cpSync(join(copy, 'checkpoints'), file('checkpoints'), { recursive: true }),
      () => mkdirSync(file('checkpoints')),
      () => writeFileSync(file('.unfinished-0123456789abcdef'), 'half'),
      () => writeFileSync(join(file('figures'), '.unfinished-0123456789abcdef'), 'half'),
    ]
    for (const lack of lacks) {
      lack()
      const result = await resume(whole, { plugins })
      expect(result).toMatchObject({ interrupted: false, summary, report: file('report.html') })
      expect(listed()).toEqual(names)
      expect(openRun(whole).summary()).toEqual(summary)
      expect(readFileSync(file('report.html'), 'utf8')).toBe(page)
    }
    await expect(resume(whole, { plugins })).rejects.toThrow('is finished; expected')
    flipBit(file('summary.json'))
    flipBit(file('rounds.parquet'))
    await expect(resume(whole, { plugins })).rejects.toThrow(
      'rounds.parquet: cannot be read: the file is damaged',
    )
  })

  test('says so last: behind its summary and its report', async () => {
    const { scenario, whole } = written(stoppedScenarios['static rounds with budgets'](4))
    const renamed: string[] = []
    const rename = vi.spyOn(fs, 'renameSync')
    syncBuiltinESMExports()
    try {
      await run(scenario, { plugins, out: whole })
      renamed.push(...rename.mock.calls.map(([, to]) => relative(whole, String(to))))
    } finally {
      rename.mockRestore()
      syncBuiltinESMExports()
    }
    expect(renamed.at(-1)).toBe('manifest.json')
    expect(renamed).toContain('report.html')
    expect(renamed.indexOf('summary.json')).toBeLessThan(renamed.indexOf('report.html'))
  })
})

describe('a run is refused', () => {
  const stopped = { root: '', killed: '' }

  beforeAll(async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cotwin-refused-'))
    stopped.root = cwd
    stopped.killed = join(cwd, 'killed')
    writeFileSync(join(cwd, 'mine.mjs'), `import './helper.mjs'\n${rememberingPlugin(0)}`)
    writeFileSync(join(cwd, 'helper.mjs'), 'globalThis.helped = 1')
    writeFileSync(join(cwd, 'gains.csv'), gainsOf(8))
    const text = stoppedScenarios['static rounds with budgets'](8)
    writeFileSync(
      join(cwd, 'stopped.yaml'),
      text.replace('network: {', 'network: { gains: { plugin: trace, options: { file: gains.csv } },'),
    )
    await run(join(cwd, 'stopped.yaml'), {
      plugins,
      out: join(cwd, 'whole'),
      overrides: everyRounds(2),
      onStart: copying(join(cwd, 'whole'), { 5: stopped.killed }),
    })
    return () => rmSync(cwd, { recursive: true, force: true })
  })

  const problemsOf = async (directory: string) => {
    const names = readdirSync(directory)
    const error: UserError = await resume(directory, { plugins }).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(readdirSync(directory).filter((name) => !name.startsWith('running-'))).toEqual(
      names.filter((name) => !name.startsWith('running-')),
    )
    return error.message
  }

  test('that is finished', async () => {
    const whole = join(stopped.root, 'whole')
    expect(await problemsOf(whole)).toBe(
      `${whole}: is finished; expected a run that was killed, interrupted or failed`,
    )
  })

  test('where its scenario, a plugin or data have changed since', async () => {
    const changed = [
      join(stopped.killed, 'scenario.yaml'),
      join(stopped.root, 'mine.mjs'),
      join(stopped.root, 'gains.csv'),
    ]
    const before = changed.map((path) => readFileSync(path, 'utf8'))
    const edits = [
      ['rounds: 8', 'rounds: 7'],
      ['% 7', '% 8'],
      ['1e-', '2e-'],
    ] as const
    for (const [i, path] of changed.entries()) {
      const [from, to] = edits[i]
      writeFileSync(path, before[i].replace(from, to))
    }
    expect((await problemsOf(stopped.killed)).split('\n')).toEqual([
      `${changed[0]}: has changed since the run began; expected it as it was, or a new run`,
      expect.stringMatching(
        /mine\.mjs: this plugin, or what it imports, has changed since the run began; expected it as it was/,
      ),
      expect.stringMatching(
        /gains\.csv: this data file has changed since the run began; expected it as it was/,
      ),
    ])
    for (const [i, path] of changed.entries()) writeFileSync(path, before[i])
  })

  test('where something that a plugin imports has changed', async () => {
    const helper = join(stopped.root, 'helper.mjs')
    writeFileSync(helper, 'globalThis.helped = 2')
    expect(await problemsOf(stopped.killed)).toMatch(
      /mine\.mjs: this plugin, or what it imports, has changed since the run began; expected it as it was, or a new run$/,
    )
    writeFileSync(helper, 'globalThis.helped = 1')
  })

  test('where it was begun with another build, or other packages', async () => {
    const path = join(stopped.killed, 'manifest.json')
    const before = readFileSync(path, 'utf8')
    changeSealed(path, /"programs": ".{7}/, '"programs": "another')
    expect(await problemsOf(stopped.killed)).toMatch(
      /: was begun with another build of cotwin .*, or other versions of the packages that it uses; expected the same, or run its scenario\.yaml again$/,
    )
    writeFileSync(path, before)
  })

  test('where it was begun with another cotwin', async () => {
    const path = join(stopped.killed, 'manifest.json')
    const before = readFileSync(path, 'utf8')
    changeSealed(path, /"cotwin": ".*?"/, '"cotwin": "0.0.9"')
    expect(await problemsOf(stopped.killed)).toMatch(
      /: was begun with cotwin 0\.0\.9, and this is .*; expected the same, or run its scenario\.yaml again$/,
    )
    writeFileSync(path, before)
  })

  test('and goes on when all is as it was', async () => {
    await resume(stopped.killed, { plugins })
    await expectSameTables(stopped.killed, join(stopped.root, 'whole'))
  })
})

/** Gains of so many rounds of 4 clients, 2 servers and 3 channels. */
function gainsOf(rounds: number): string {
  const lines = ['round,client,server,channel,uplink,downlink']
  for (let round = 1; round <= rounds; round++)
    for (let client = 0; client < 4; client++)
      for (let server = 0; server < 2; server++)
        for (let channel = 0; channel < 3; channel++) {
          const gain = `${1 + ((round * 7 + client * 5 + server * 3 + channel) % 9)}e-10`
          lines.push([round, client, server, channel, gain, gain].join(','))
        }
  return `${lines.join('\n')}\n`
}
