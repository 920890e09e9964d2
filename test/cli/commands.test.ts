import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageFile from '../../package.json' with { type: 'json' }
import { answerTo, cotwin, directoryWith, smallNetwork, start } from './cotwin.js'

const cwd = directoryWith({
  'small.yaml': `rounds: 3\n${smallNetwork}schedulers: [hardest-first, { plugin: random, label: dice }]\n`,
  'bad.yaml': 'rounds: none\nsead: 1\n',
})

const allCommands = [
  'run',
  'resume',
  'bench',
  'train',
  'evaluate',
  'validate',
  'calibrate',
  'keys',
  'plugins',
  'check-plugin',
  'new',
  'report',
  'schema',
  'serve-env',
  'doctor',
]

describe.concurrent('help', () => {
  test('no arguments print it, with every command', async () => {
    const { stdout, stderr, code } = await cotwin([], cwd)
    expect([code, stderr]).toEqual([0, ''])
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name]) => name)
    expect(commands).toEqual(allCommands)
    expect((await answerTo(['--help'], cwd)).stdout).toBe(stdout)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test.each(allCommands)('%s shows an example', async (name) => {
    const { stdout, code } = await answerTo([name, '--help'], cwd)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`Examples?:\\n  \\$ cotwin ${name}\\b`))
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('campaign and each command of it fit 80 columns', async () => {
    const { stdout } = await answerTo(['campaign', '--help'], cwd)
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name]) => name)
    expect(commands).toContain('slurm')
    for (const name of commands) {
      const { stdout: help, code } = await answerTo(['campaign', name, '--help'], cwd)
      expect(code).toBe(0)
      expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
    }
  })

  test('help NAME is NAME --help', async () => {
    const { stdout, code } = await answerTo(['help', 'run'], cwd)
    expect([code, stdout]).toEqual([0, (await answerTo(['run', '--help'], cwd)).stdout])
  })

  test('of run, whole', async ({ expect }) => {
    expect((await answerTo(['run', '--help'], cwd)).stdout).toMatchInlineSnapshot(`
      "Usage: cotwin run [options] <scenario>

      Run a scenario and write its results and report.

      Options:
        --set <path=value>           change a key of the scenario; can be given again
        --seed <n>                   in place of the scenario's seed
        --out <directory>            the run directory itself; empty or new (default:
                                     a new one under runs/)
        --checkpoint-every <rounds>  take a checkpoint after every so many rounds
        --decision-limit <seconds>   end where a scheduler takes longer to decide
        --no-report                  draw no report: "cotwin report" makes it later
        --json                       print the summary as JSON
        --quiet                      print nothing but errors, and the summary with
                                     --json
        --help                       show this help

      Ctrl-C finishes the round in hand, writes what there is and exits with 130;
      a second one ends at once. cotwin resume goes on with a run that did not finish.

      Examples:
        $ cotwin run scenarios/quickstart.yaml
        $ cotwin run scenarios/quickstart.yaml --set network.clients.count=32 --seed 7
      "
    `)
  })
})

describe.concurrent('a command line that is wrong', () => {
  test.each([
    ['rnu', `unknown command 'rnu' (did you mean "run"?)`],
    ['reprot --help', `unknown command 'reprot' (did you mean "report"?)`],
    ['run small.yaml --sede 3', `unknown option '--sede' (did you mean "--seed"?)`],
    ['run', `missing required argument 'scenario'`],
    [
      'run small.yaml --seed -1',
      `option '--seed <n>' argument '-1' is invalid. Expected a whole number from 0.`,
    ],
    ['run small.yaml again.yaml', `too many arguments for 'run'. Expected 1 argument but got 2.`],
  ])('%s', async (words, message) => {
    const { stdout, stderr, code } = await answerTo(words.split(' '), cwd)
    expect([code, stdout, stderr]).toEqual([2, '', `${message}\n`])
  })
})

describe.concurrent('validate', () => {
  test('tells what a valid scenario comes to', async () => {
    const { stdout, stderr, code } = await cotwin(['validate', 'small.yaml'], cwd)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toEqual([
      'small.yaml is valid',
      '  small: 3 rounds, seed 1',
      '  4 clients, 2 servers, 3 channels, log-distance propagation, rayleigh fading',
      '  hardest-first, dice (random)',
      '',
    ])
  })

  test('--resolved prints a scenario that resolves to itself', async () => {
    const { stdout } = await answerTo(['validate', 'small.yaml', '--resolved', '--seed', '9'], cwd)
    expect(parse(stdout)).toMatchObject({ name: 'small', seed: 9, rounds: 3, dynamics: 'static' })
    const again = await answerTo(['validate', 'small.yaml', '--json', '--seed', '9'], cwd)
    expect(JSON.parse(again.stdout)).toMatchObject({ valid: true, scenario: parse(stdout) })
  })

  test('tells all that is wrong', async () => {
    const { stdout, stderr, code } = await answerTo(['validate', 'bad.yaml'], cwd)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.trimEnd().split('\n')).toEqual([
      'bad.yaml:1:9: rounds: expected a whole number of at least 1, found "none"',
      'bad.yaml:2:1: unknown key "sead" (did you mean "seed"?)',
    ])
  })

  test('tells all that is wrong to machines, too', async () => {
    const { stdout, stderr, code } = await answerTo(['validate', 'bad.yaml', '--json'], cwd)
    expect([code, stderr]).toEqual([2, ''])
    const file = 'bad.yaml'
    const message = 'rounds: expected a whole number of at least 1, found "none"'
    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      exitCode: 2,
      problems: [
        { file, line: 1, column: 9, message },
        { file, line: 2, column: 1, message: 'unknown key "sead"', suggestion: 'seed' },
      ],
    })
  })

  test('finds what shows only when plugins are created', async () => {
    const { stderr, code } = await answerTo(
      ['validate', 'small.yaml', '--set', 'network.servers.count=5'],
      cwd,
    )
    expect([code, stderr]).toEqual([
      2,
      'small.yaml:2:44: network.servers.placement: corners places at most 4, found servers.count 5\n',
    ])
  })
})

describe.concurrent('plugins', () => {
  test('of a kind, with options, defaults, ranges and tier', async () => {
    const { stdout, code } = await answerTo(['plugins', 'scheduler'], cwd)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}swap-matching {2}tier twin$/m)
    expect(stdout).toMatch(/^ {6}sweeps {6}a whole number of at least 1; default 1000$/m)
    expect(stdout).not.toContain('rayleigh')
  })

  test('of a name, as JSON', async () => {
    const { stdout } = await answerTo(['plugins', 'log-distance', '--json'], cwd)
    expect(JSON.parse(stdout)).toMatchObject([
      {
        kind: 'propagation',
        name: 'log-distance',
        options: [
          { name: 'interceptDb', default: 35.3, required: false },
          { name: 'slopeDb' },
          { name: 'shadowingDb' },
          { name: 'correlationM' },
        ],
      },
    ])
  })

  test('of no kind there is', async () => {
    const { stderr, code } = await answerTo(['plugins', 'swap-machting'], cwd)
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^there is neither a kind nor a plugin "swap-machting"; the kinds are scheduler, .* \(did you mean "swap-matching"\?\)\n$/,
      ),
    ])
  })
})

describe.concurrent('other commands', () => {
  test('--version', async () => {
    expect((await cotwin(['--version'], cwd)).stdout).toBe(`${packageFile.version}\n`)
  })

  test('schema prints a JSON Schema, whole', async () => {
    const { stdout, code } = await cotwin(['schema'], cwd)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { rounds: { type: 'integer' } },
    })
  })

  test('a reader that stops reading ends it quietly', async () => {
    const { child, ended } = start(['schema'], cwd)
    child.stdout?.destroy()
    const { stderr, code } = await ended
    expect([code, stderr]).toEqual([0, ''])
  })

  test('report builds again what was removed; run --quiet prints nothing', async () => {
    const { stdout, stderr, code } = await answerTo(['run', 'small.yaml', '--quiet', '--out', 'run'], cwd)
    expect([code, stdout, stderr]).toEqual([0, '', ''])
    rmSync(join(cwd, 'run', 'report.html'))
    expect(await answerTo(['report', 'run'], cwd)).toMatchObject({
      code: 0,
      stdout: 'run/report.html\n',
      stderr: '',
    })
    expect(existsSync(join(cwd, 'run', 'report.html'))).toBe(true)
  })

  test('report writes tables for others, too, with the columns that are asked for', async () => {
    const words = ['run', 'small.yaml', '--out', 'tabled', '--quiet', '--no-report']
    expect((await answerTo(words, cwd)).code).toBe(0)
    const refused = await answerTo(['report', 'tabled', '--column', 'mediancost'], cwd)
    expect([refused.code, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toMatch(/^--column: "mediancost" .* \(did you mean "median cost"\?\)\n$/)
    expect(existsSync(join(cwd, 'tabled', 'tables'))).toBe(false)
    const asked = ['report', 'tabled', '--csv', '--column', 'cost ratio', '--json']
    const { tables } = JSON.parse((await answerTo(asked, cwd)).stdout) as { tables: string[] }
    expect(tables).toContain('tabled/tables/clients.csv')
    const rows = (name: string) =>
      parseCsv(readFileSync(join(cwd, 'tabled', 'tables', name)), { columns: true }) as Record<
        string,
        string
      >[]
    expect(rows('rounds.csv')).toHaveLength(6)
    expect(rows('rounds.csv')[0]).toMatchObject({ round: '1', served: '4', bound: '' })
    const { cost } = JSON.parse(readFileSync(join(cwd, 'tabled', 'summary.json'), 'utf8')).schedulers[1]
    expect(Number(rows('comparison.csv')[1]['mean cost'])).toBeCloseTo(cost.mean, 9)
    expect(readFileSync(join(cwd, 'tabled', 'tables', 'comparison.tex'), 'utf8')).toMatch(
      /\\begin\{tabular\}\{lr\}\n\\toprule\nscheduler & cost ratio \\\\\n/,
    )
  })

  test('report of what is no run', async () => {
    const { stderr, code } = await answerTo(['report', '.'], cwd)
    expect([code, stderr]).toEqual([2, '.: is no run directory: it has no manifest.json\n'])
  })
})

describe.concurrent('an argument', () => {
  test.each([
    [['run', 'small.yaml', '--out', ''], 'the value of --out is empty\n'],
    [['run', ''], 'argument 2 is empty\n'],
    [['help', 'valdate'], 'unknown command \'valdate\' (did you mean "validate"?)\n'],
    [
      ['run', 'small.yaml', '--seed', '99999999999999999999'],
      "option '--seed <n>' argument '99999999999999999999' is invalid. Expected a whole number from 0 to 9007199254740991.\n",
    ],
    [['train', 'small.yaml', '--resume', 'x'], /^expected either a scenario to train, or --resume/],
    [['new', 'scheduler', 'greedy'], /^there is a scheduler "greedy" in cotwin already/],
    [['new', 'scheduler', 'mine', '--directory', 'small.yaml'], 'small.yaml: is not a directory\n'],
    [['new', 'scheduler', 'mine', '--directory', '/proc/none'], /^\/proc\/none: cannot be created/],
  ] as const)('of %j is refused', async (words, said) => {
    const { stdout, stderr, code } = await answerTo(words, cwd)
    expect([code, stdout]).toEqual([2, ''])
    if (typeof said === 'string') expect(stderr).toBe(said)
    else expect(stderr).toMatch(said)
  })
})

describe.concurrent('a failure with --json', () => {
  test.each([
    [['run', 'gone.yaml'], { file: 'gone.yaml', message: 'there is no such file' }],
    [['train', 'gone.yaml'], { file: 'gone.yaml', message: 'there is no such file' }],
    [['bench', 'gone.yaml'], { file: 'gone.yaml', message: 'there is no such file' }],
    [['resume', 'gone'], { file: 'gone' }],
    [['report', 'gone'], { file: 'gone' }],
    [['evaluate', 'gone.json', 'a.json'], { file: 'gone.json', message: 'there is no such file' }],
    [['check-plugin', './gone.mjs'], { message: 'there is no such file' }],
    [['new', 'scheduler', 'greedy'], {}],
    [['plugins', 'swap-machting'], { suggestion: 'swap-matching' }],
    [['schema', 'suit'], { suggestion: 'suite' }],
    [['run', 'small.yaml', '--sede'], { message: "unknown option '--sede'", suggestion: '--seed' }],
  ] as const)('%j is JSON of one shape on standard output', async (words, problem) => {
    const { stdout, stderr, code } = await answerTo([...words, '--json'], cwd)
    expect([code, stderr]).toEqual([2, ''])
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 2, problems: [problem] })
  })
})
