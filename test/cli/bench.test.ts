import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerTo, cotwin, directoryWith, smallNetwork, start } from './cotwin.js'

const suite = `scenarios: [small.yaml]
schedulers: [random, slow]
plugins: [./slow.mjs]
seeds: 4
quick: { seeds: 1 }
`
/** A scheduler that takes its time, and more: while a file `wait` tells a number, until fewer cells are finished. */
const slow = `import { readdirSync, readFileSync } from 'node:fs'
const cells = new URL('benches/suite/cells/', import.meta.url)
const finished = () => readdirSync(cells).filter((name) => /^\\w+\\.json$/.test(name)).length
const most = () => {
  try { return Number(readFileSync(new URL('wait', import.meta.url), 'utf8')) } catch { return Infinity }
}
export default {
  kind: 'scheduler', name: 'slow', summary: 'for tests', tier: 'counts',
  options: { type: 'object', additionalProperties: false },
  create: () => ({
    async decide(view) {
      do await new Promise((resolve) => setTimeout(resolve, 40))
      while (most() < Infinity && finished() >= most())
      return Int32Array.from({ length: view.parameters.clients }, (_, n) => n)
    },
  }),
}
`
const files = { 'suite.yaml': suite, 'small.yaml': `rounds: 10\n${smallNetwork}`, 'slow.mjs': slow }
const finished = (cwd: string): number => {
  const cells = join(cwd, 'benches', 'suite', 'cells')
  return existsSync(cells) ? readdirSync(cells).filter((name) => /^\w+\.json$/.test(name)).length : 0
}
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('cotwin bench', () => {
  test('prints JSON with every comparison, and its tables where it is not asked for JSON', async () => {
    const cwd = directoryWith(files)
    const { stdout, code } = await cotwin(
      ['bench', 'suite.yaml', '--quick', '--json', '--quiet', '--no-report'],
      cwd,
    )
    expect(code).toBe(0)
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({ suite: 'suite', quick: true, directory: 'benches/suite-quick' })
    expect(answer.cells).toEqual({ finished: 2, all: 2, reused: 0, new: 2, failed: 0 })
    expect(answer.settings[0].schedulers.map(({ label }: { label: string }) => label)).toEqual([
      'random',
      'slow',
    ])
    const text = await answerTo(['bench', 'suite.yaml', '--quick'], cwd)
    expect(text.stderr).toBe('2 cells in benches/suite-quick, 2 finished before, 0 to run\n')
    expect(text.stdout).toMatch(/^suite \(quick\): 1 setting, 1 seed, 2 of 2 cells, 0 new\n/)
    expect(text.stdout).toMatch(/\nreport +benches\/suite-quick\/report\.html\n/)
  })

  test('goes on after a kill where it was, and finishes what is in hand on Ctrl-C', async () => {
    const cwd = directoryWith({ ...files, wait: '2' })
    const killed = start(['bench', 'suite.yaml', '--workers', '1', '--no-report'], cwd)
    await until(() => finished(cwd) >= 2)
    killed.child.kill('SIGKILL')
    expect((await killed.ended).signal).toBe('SIGKILL')
    const kept = finished(cwd)

    writeFileSync(join(cwd, 'wait'), String(kept + 1))
    const interrupted = start(['bench', 'suite.yaml', '--workers', '1', '--no-report'], cwd)
    await interrupted.says(/finished before/)
    expect((await Promise.race([until(() => finished(cwd) > kept), interrupted.ended])) ?? 'running').toBe(
      'running',
    )
    interrupted.child.kill('SIGINT')
    await interrupted.says(/finishing the cells in hand/)
    rmSync(join(cwd, 'wait'))
    const { code, stderr } = await interrupted.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(new RegExp(`8 cells in benches/suite, ${kept} finished before`))
    expect(stderr).toMatch(/interrupted: \d cells of 8 are finished; the same command goes on from there/)

    const rest = await answerTo(['bench', 'suite.yaml', '--json', '--quiet', '--no-report'], cwd)
    expect(rest.code).toBe(0)
    expect(JSON.parse(rest.stdout).cells).toMatchObject({ finished: 8, failed: 0 })
  })

  test('tells which cells failed, and exits with 2 where that is no bug of ours', async () => {
    const cwd = directoryWith({
      ...files,
      'slow.mjs': slow.replace('do await', "if (view.round === 3) throw new Error('tired')\n      do await"),
    })
    const { code, stderr, stdout } = await answerTo(
      ['bench', 'suite.yaml', '--seeds', '7,', '--no-report'],
      cwd,
    )
    expect(code).toBe(2)
    expect(stdout).toMatch(/1 of 2 cells/)
    expect(stderr).toMatch(
      /1 cell failed; the same command tries them again:\n {2}small, slow, seed 7\n.*round 3.*tired/,
    )
  })

  test('refuses what it cannot run with its place, and exits with 2', async () => {
    const cwd = directoryWith({ ...files, 'suite.yaml': 'scenarios: [smal.yaml]\nseed: 3\n' })
    const { code, stderr, stdout } = await answerTo(['bench', 'suite.yaml'], cwd)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.split('\n')).toEqual([
      'suite.yaml:1:13: scenarios[0]: there is no such file (did you mean "small.yaml"?)',
      'suite.yaml:2:1: unknown key "seed" (did you mean "seeds"?)',
      '',
    ])
    const scenario = await answerTo(['bench', 'small.yaml'], cwd)
    expect(scenario.code).toBe(2)
    expect(scenario.stderr).toMatch(
      /^small\.yaml:1:1: this is a scenario, which cotwin run runs; expected a suite/,
    )
    for (const [words, said] of [
      [['--shard', '3/2'], /i\/n/],
      [['--workers', '0'], /whole number from 1/],
      [['--seeds', 'x'], /whole number/],
      [['--seeds', '1,1,1'], /^--seeds: 1: a seed stands in the list twice/],
      [
        ['--results', 'nowhere/RESULTS.md'],
        /^nowhere\/RESULTS\.md: cannot be written: there is no directory nowhere\n/,
      ],
      [
        ['--results', 'RESULTS.md', '--no-report'],
        /--results <file>' cannot be used with option '--no-report'/,
      ],
      [['--results', '.'], /^\.: this is a directory; expected the name of a file\n/],
    ] as const) {
      const refused = await answerTo(['bench', 'suite.yaml', ...words], cwd)
      expect(refused.code).toBe(2)
      expect(refused.stderr).toMatch(said)
    }
    expect(existsSync(join(cwd, 'benches'))).toBe(false)
  })

  test('writes its page of results where it is told to', async () => {
    const cwd = directoryWith(files)
    const { code } = await answerTo(
      ['bench', 'suite.yaml', '--quick', '--results', 'RESULTS.md', '--quiet'],
      cwd,
    )
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'RESULTS.md'), 'utf8')).toMatch(
      /^# Results: suite\n\nGenerated by `cotwin bench suite\.yaml --quick --results RESULTS\.md --quiet`/,
    )
  })
})
