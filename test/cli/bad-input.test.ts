import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openRun } from '../../core/index.js'
import { answerTo, cotwin, directoryWith, onlyRun, pluginFiles, smallNetwork } from './cotwin.js'

/** Runs the scenario; expects exit code 2, nothing on stdout and nothing left behind. Returns the lines on stderr. */
async function refusal(
  files: Record<string, string>,
  words: string[] = [],
  scenario = Object.keys(files).at(-1),
) {
  const cwd = directoryWith(files)
  const { stdout, stderr, code } = await answerTo(['run', scenario as string, '--quiet', ...words], cwd)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  expect(readdirSync(cwd).sort()).toEqual(Object.keys(files).sort())
  return stderr.replaceAll(`${cwd}/`, '').trimEnd().split('\n')
}

const scenario = (yaml: string) => ({ 'scenario.yaml': yaml })

describe.concurrent('a scenario that is wrong', () => {
  test('all problems are told at once, in their order, with the nearest names', async () => {
    const lines = await refusal(
      scenario(`rounds: 2.5
netwrk: {}
network:
  clients: { cuont: 4, powerDbm: strong, joulesPerSample: -1 }
  channels: { count: 0, bandwidthHz: -4e6 }
schedulers:
  - { plugin: swap-matching, options: { strat: random } }
  - gredy
`),
    )
    expect(lines).toEqual([
      'scenario.yaml:1:9: rounds: expected a whole number of at least 1, found 2.5',
      'scenario.yaml:2:1: unknown key "netwrk" (did you mean "network"?)',
      'scenario.yaml:4:14: network.clients: unknown key "cuont" (did you mean "count"?)',
      'scenario.yaml:4:34: network.clients.powerDbm: expected a number from -200 to 200 (dBm), a list of 16 numbers' +
        ' or a distribution (uniform, normal, lognormal or choice), found "strong"',
      'scenario.yaml:4:59: network.clients.joulesPerSample: expected a number of at least 0 (J per sample), found -1',
      'scenario.yaml:5:22: network.channels.count: expected a whole number of at least 1, found 0',
      'scenario.yaml:5:38: network.channels.bandwidthHz: expected a number above 0 (Hz), found -4000000',
      'scenario.yaml:7:41: schedulers[0].options: unknown key "strat" (did you mean "start"?)',
      expect.stringMatching(
        /^scenario\.yaml:8:5: schedulers\[1\]: there is no scheduler plugin "gredy"; .*\(did you mean "greedy"\?\)$/,
      ),
    ])
  })

  test('a suite in place of a scenario', async () => {
    expect(await refusal(scenario('scenarios: [small.yaml]\nseeds: 3\n'))).toEqual([
      'scenario.yaml:1:1: this is a suite, which cotwin bench runs; expected a scenario',
    ])
  })

  test('malformed YAML', async () => {
    const lines = await refusal(scenario('rounds: [1, 2\nseed: 3\n'))
    expect(lines).toEqual([
      expect.stringMatching(/^scenario\.yaml:2:1: this is not valid YAML: flow sequence/),
    ])
  })

  test('a duplicate key', async () => {
    expect(await refusal(scenario('rounds: 3\nseed: 1\nrounds: 4\n'))).toEqual([
      'scenario.yaml:3:1: the key "rounds" stands here a second time',
    ])
  })

  test('anchors that explode', async () => {
    const ten = (name: string) => `[${Array(10).fill(name).join(', ')}]`
    const text = `a: &a ${ten('x')}\nb: &b ${ten('*a')}\nc: &c ${ten('*b')}\nd: &d ${ten('*c')}\ne: &e ${ten('*d')}\nf: ${ten('*e')}\n`
    expect(await refusal(scenario(text))).toEqual([
      expect.stringMatching(
        /^scenario\.yaml:5:\d+: the alias \*a takes the file beyond 100,000 repeated values$/,
      ),
    ])
  })

  test('a plugin file that is missing', async () => {
    const files = { 'mine.mjs': '', 'scenario.yaml': 'plugins: [./mien.mjs]\nschedulers: [mine]\n' }
    expect(await refusal(files)).toEqual([
      'scenario.yaml:1:11: the plugin "./mien.mjs": there is no such file (did you mean "mine.mjs"?)',
    ])
  })

  test('a setting on the command line', async () => {
    const words = ['--set', 'network.clients.count=none', '--set', 'rounds', '--set', 'seed.x=1']
    expect(await refusal(scenario('rounds: 1\n'), words)).toEqual([
      '--set network.clients.count=none: network.clients.count: expected a whole number of at least 1, found "none"',
      '--set rounds: expected path=value, such as network.clients.count=32 or schedulers[0].label=mine',
      '--set seed.x=1: seed is 1, which has no keys',
    ])
  })

  test('a scenario that is not there, and one that is a directory', async () => {
    const files = scenario('rounds: 1\n')
    expect(await refusal(files, [], 'scenaro.yaml')).toEqual([
      'scenaro.yaml: there is no such file (did you mean "scenario.yaml"?)',
    ])
    expect(await refusal(files, [], '.')).toEqual(['.: this is a directory; expected a file'])
  })
})

describe.concurrent('a plugin that is wrong', () => {
  const decide = (statements: string) => refusal(pluginFiles(statements))

  test('throws', async () => {
    expect(await decide(`throw new TypeError('oops')`)).toEqual([
      expect.stringMatching(
        /^mine\.mjs:5:\d+: scheduler "mine" \(plugin mine\) threw in round 1: TypeError: oops$/,
      ),
    ])
  })

  test('returns too few slots', async () => {
    expect(await decide('return Int32Array.of(0, 1, 2)')).toEqual([
      'scheduler "mine" (plugin mine), round 1: 3 slots for 4 clients',
    ])
  })

  test('returns something else', async () => {
    expect(await decide('return [0, 1, 2, 3]')).toEqual([
      'scheduler "mine" (plugin mine), round 1: decide() returned Array, expected an Int32Array with a slot per client',
    ])
  })

  test('gives two clients one slot, and another a slot that is not there', async () => {
    expect(await decide('return Int32Array.of(0, 4, 4, 6)')).toEqual([
      'scheduler "mine" (plugin mine), round 1, client 2: server 1, channel 1 is already taken by client 1 (C5)',
      'scheduler "mine" (plugin mine), round 1, client 3: slot 6 is not between 0 and 5, nor -1 to sit out',
    ])
  })

  test('never answers', async () => {
    const cwd = directoryWith(pluginFiles('await new Promise(() => {})'))
    const { stderr, code } = await cotwin(['run', 'mine.yaml'], cwd)
    expect([code, stderr]).toEqual([
      2,
      'nothing is left to do, yet a plugin still waits: it returned a promise that never settles\n',
    ])
  })

  test('fails after some rounds: those are kept, complete and readable', async () => {
    const cwd = directoryWith(
      pluginFiles(`if (view.round === 3) throw new Error('oops'); return Int32Array.of(0, 1, 2, 3)`),
    )
    const { stdout, stderr, code } = await answerTo(['run', 'mine.yaml', '--json', '--no-report'], cwd)
    const directory = onlyRun(cwd)
    expect([code, stderr]).toEqual([2, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 2,
      problems: [
        { line: 5, message: 'scheduler "mine" (plugin mine) threw in round 3: Error: oops' },
        { message: `the 2 rounds before it are kept in ${directory}` },
      ],
    })
    const run = openRun(join(cwd, directory))
    expect(run.manifest).toMatchObject({ status: 'failed', rounds: 2 })
    expect((await run.readTable('rounds')).rows).toBe(2)
    expect(run.summary().rounds).toBe(2)
    expect(readdirSync(join(cwd, directory)).filter((name) => name.endsWith('.partial'))).toEqual([])
  })

  test('leaves a rejection unhandled: exit code 1, with its stack', async () => {
    const cwd = directoryWith(
      pluginFiles(`Promise.reject(new Error('nobody waits')); return Int32Array.of(0, 1, 2, 3)`),
    )
    const { stdout, stderr, code } = await cotwin(['run', 'mine.yaml'], cwd)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/please report[\s\S]*Error: nobody waits\n\s+at [\s\S]*mine\.mjs/)
    const json = await cotwin(['run', 'mine.yaml', '--json'], cwd)
    expect([json.code, json.stderr]).toEqual([1, ''])
    expect(JSON.parse(json.stdout)).toEqual({
      exitCode: 1,
      problems: [
        { message: 'nobody waits', stack: expect.stringMatching(/nobody waits\n\s+at .*mine\.mjs/) },
      ],
    })
  })
})

describe.concurrent('an output directory that cannot be used', () => {
  const files = { 'a file': '', 'scenario.yaml': `rounds: 1\n${smallNetwork}` }

  test('is a file, or lies below one', async () => {
    const refusals = ['a file', 'a file/run'].map((out) => refusal(files, ['--out', out]))
    for (const lines of await Promise.all(refusals)) expect(lines).toEqual(['a file: is not a directory'])
  })

  test('cannot be written to', async () => {
    // Nobody, whatever their rights, creates directories here.
    const [line] = await refusal(files, ['--out', '/proc/cotwin/run'])
    expect(line).toMatch(/^\/proc\/cotwin\/run: cannot be created: .+ \(E[A-Z]+\)$/)
  })

  test('is not empty: what is in it stays', async () => {
    const cwd = directoryWith(files)
    mkdirSync(join(cwd, 'out'))
    writeFileSync(join(cwd, 'out', 'mine'), '')
    const { stderr, code } = await answerTo(['run', 'scenario.yaml', '--out', 'out'], cwd)
    expect([code, stderr]).toEqual([
      2,
      'out: is not empty; name a directory that is empty or does not exist yet\n',
    ])
    expect(readdirSync(join(cwd, 'out'))).toEqual(['mine'])
  })

  test('when the run fails, one that was there stays, empty, and one that was not is gone', async () => {
    const cwd = directoryWith(pluginFiles(`throw new Error('oops')`))
    mkdirSync(join(cwd, 'there'))
    const [there, new_] = await Promise.all([
      answerTo(['run', 'mine.yaml', '--out', 'there'], cwd),
      answerTo(['run', 'mine.yaml', '--out', 'new/run'], cwd),
    ])
    expect([there.code, new_.code]).toEqual([2, 2])
    expect(readdirSync(join(cwd, 'there'))).toEqual([])
    expect(existsSync(join(cwd, 'new'))).toBe(false)
  })
})
