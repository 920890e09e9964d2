import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { checksOf } from '../../../core/conformance/index.js'
import { loadScenario, openRun } from '../../../core/index.js'
import { decisionFields, realFields, wholeFields } from '../../../core/plugin/index.js'
import { resume, run } from '../../../core/run.js'
import { addressOf } from '../../../core/suite/execution/address.js'
import { builtInPlugins } from '../../../plugins/index.js'

/** The interpreter to test with: one that has numpy. */
const python = process.env.COTWIN_PYTHON ?? 'python3'
const there =
  spawnSync(python, ['-c', 'import numpy, sys; sys.exit(sys.version_info < (3, 10))']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'cotwin-python-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const hardestFirst = `
import numpy as np
from order import weakest_first

class HardestFirst:
    def decide(self, view):
        evaluator = view.evaluator()
        evaluator.place_in_turn(weakest_first(view))
        return evaluator.assignment
`
const order = `
import numpy as np

def weakest_first(view):
    best = view.mean_gain.max(axis=1)
    clients = np.flatnonzero(view.active)
    return clients[np.argsort(best[clients], kind="stable")]
`

/** Runs a scenario with this program; returns the run's directory. */
async function runWith(name: string, text: string, options = '', more = 'rounds: 20'): Promise<string> {
  write(`${name}.py`, text)
  const scenario = write(
    `${name}.yaml`,
    `name: ${name}
${more}
schedulers:
  - hardest-first
  - { plugin: python, label: mine, options: { program: ./${name}.py, python: ${python}, timeoutSeconds: 5 ${options} } }
`,
  )
  const out = join(folder, `${name}-run-${Math.round(performance.now())}`)
  await run(scenario, { plugins: builtInPlugins, out })
  return out
}

test('a decision in Python holds whatever one here does, in the same order on the wire', () => {
  const source = (name: string) =>
    readFileSync(join(import.meta.dirname, '../../../core/bridge/python/src/cotwin', name), 'utf8')
  const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const listed = (name: string) =>
    new RegExp(`^${name} = \\((.*)\\)$`, 'm')
      .exec(source('_scheduler_host.py'))?.[1]
      ?.split(', ')
      .map((each) => each.slice(1, -1))
  expect(listed('_REAL')).toEqual(realFields.map(snake))
  expect(listed('_WHOLE')).toEqual(wholeFields.map(snake))
  const attributes = /class Decision:.*?(?=\nclass )/s.exec(source('scheduler.py'))?.[0]
  for (const field of Object.values(decisionFields))
    if (field !== 'grants') expect(attributes).toMatch(new RegExp(`^    ${snake(field)}: `, 'm'))
})

describe.skipIf(!there)(`a scheduler in Python (skipped where ${python} has no numpy)`, () => {
  test('asked by some while others hold slots it decides as ours does', async () => {
    write('order.py', order)
    const asking =
      'rounds: 12\ndynamics: dynamic\nprotocol: { plugin: asynchronous, options: { decideAt: asking } }\nnetwork: { clients: { count: 8 }, servers: { count: 2 }, channels: { count: 3 } }'
    const rounds = await openRun(await runWith('asked', hardestFirst, '', asking)).readTable('rounds')
    const cost = (label: string) =>
      Array.from(rounds.columns.cost).filter((_, row) => rounds.columns.scheduler[row] === label)
    expect(cost('mine')).toHaveLength(12)
    expect(cost('mine')).toEqual(cost('hardest-first'))
  })

  test('is told the job that asks, what it weighs, and whose a row is', async () => {
    const seen = join(folder, 'jobs-seen.txt')
    const told = `
import numpy as np

class Told:
    def decide(self, view):
        p = view.parameters
        with open(${JSON.stringify(seen)}, "a") as file:
            print("asked", view.job, p.latency_weight, p.body_flops, int(view.active.sum()), file=file)
        free = [slot for slot in range(p.servers * p.channels) if slot not in set(view.held.tolist())]
        return np.array([free.pop(0) if active else -1 for active in view.active], dtype=np.int32)

    def observe(self, outcome):
        with open(${JSON.stringify(seen)}, "a") as file:
            print("row", outcome.job, file=file)
`
    const jobs =
      'jobs: [{ label: a, clients: [0, 1], protocol: federated, objective: { latency: 1, energy: 0 } }, { label: b, protocol: { plugin: asynchronous, options: { decideEvery: 1 } }, workload: { bodyFlopsPerSample: 7 } }]'
    const more = `rounds: 12\ndynamics: dynamic\n${jobs}\nnetwork: { clients: { count: 5 }, servers: { count: 2 }, channels: { count: 3 } }`
    await runWith('told', told, '', more)
    const lines = readFileSync(seen, 'utf8').trim().split('\n')
    const asked = new Set(lines.filter((line) => line.startsWith('asked')))
    expect(asked).toEqual(new Set(['asked a 1 49000000000 2', 'asked b 0.5 7 3']))
    expect(lines.filter((line) => line.startsWith('row'))).toHaveLength(12)
    expect(new Set(lines.filter((line) => line.startsWith('row')))).toEqual(new Set(['row a', 'row b']))
  })

  test('hardest-first, with a module beside it, costs what ours does', async () => {
    write('order.py', order)
    const rounds = await openRun(await runWith('mine', hardestFirst)).readTable('rounds')
    const cost = (label: string) =>
      Array.from(rounds.columns.cost).filter((_, row) => rounds.columns.scheduler[row] === label)
    expect(cost('mine')).toHaveLength(20)
    expect(cost('mine')).toEqual(cost('hardest-first'))
  })

  test('its files, the interpreter and the packages count for a cell’s address and stand in the manifest', async () => {
    write('order.py', order)
    write('counted.py', `import pretended\n${hardestFirst}`)
    const text = `schedulers: [{ plugin: python, label: mine, options: { program: ./counted.py, python: ${python} } }]\nrounds: 4\n`
    const scenario = write('counted.yaml', text)
    /** A package of this version, found by an interpreter of its own. */
    const pretend = (version: string): string => {
      const site = join(folder, `site-${version}`)
      mkdirSync(join(site, `pretended-${version}.dist-info`), { recursive: true })
      writeFileSync(join(site, 'pretended.py'), '')
      writeFileSync(
        join(site, `pretended-${version}.dist-info`, 'METADATA'),
        `Metadata-Version: 2.1\nName: pretended\nVersion: ${version}\n`,
      )
      return site
    }
    const address = async (site: string) => {
      process.env.PYTHONPATH = site
      const loaded = await loadScenario(scenario, { registry: builtInPlugins })
      return addressOf(loaded.scenario, loaded)
    }
    const before = process.env.PYTHONPATH
    onTestFinished(() => {
      if (before === undefined) delete process.env.PYTHONPATH
      else process.env.PYTHONPATH = before
    })
    const [one, two] = [pretend('1.0'), pretend('1.1')]
    const first = await address(one)
    expect(await address(one)).toBe(first)
    expect(await address(two)).not.toBe(first)
    write('order.py', `${order}\n`)
    expect(await address(one)).not.toBe(first)
    write('order.py', order)
    expect(await address(one)).toBe(first)

    const out = join(folder, 'counted-run')
    const stopping = new AbortController()
    const { interrupted } = await run(scenario, {
      plugins: builtInPlugins,
      out,
      report: false,
      signal: stopping.signal,
      onStart: ({ bus }) => bus.on('round:end', () => stopping.abort()),
    })
    expect(interrupted).toBe(true)
    const { manifest } = openRun(out)
    expect(manifest.computedWith?.mine).toMatchObject({ pretended: '1.0' })
    expect(manifest.computedWith?.mine.python).toMatch(/^\w+ 3\.\d+\.\d+/)
    expect(manifest.computedWith?.mine.numpy).toMatch(/^\d/)
    expect(manifest.sources.some(({ path }) => path.endsWith('counted.py'))).toBe(true)
    process.env.PYTHONPATH = two
    await expect(resume(out, { plugins: builtInPlugins })).rejects.toThrow(
      /mine was begun with pretended 1\.0, and here is 1\.1/,
    )
  })

  test('its own time stands beside that with the way there and back', async () => {
    const decisions = await openRun(await runWith('timed', hardestFirst)).readTable('decisions')
    const labels = decisions.columns.scheduler
    for (let row = 0; row < labels.length; row++) {
      const own = decisions.columns.computingSeconds[row] as number
      if (labels[row] === 'hardest-first') expect(Number.isNaN(own)).toBe(true)
      else {
        expect(own).toBeGreaterThan(0)
        expect(own).toBeLessThan(decisions.columns.decisionSeconds[row] as number)
      }
    }
  })

  test('an interpreter without numpy is told apart from a program that fails, and how another is named', async () => {
    const bare = write('bare', `#!/bin/sh\nexec ${python} -S "$@"\n`)
    chmodSync(bare, 0o755)
    write('bare.py', hardestFirst)
    const scenario = write(
      'bare.yaml',
      `schedulers: [{ plugin: python, options: { program: ./bare.py, python: ${bare} } }]\n`,
    )
    await expect(run(scenario, { plugins: builtInPlugins, out: join(folder, 'bare-run') })).rejects.toThrow(
      /the interpreter .* has no numpy: .* -m pip install numpy; another is named by options.python or/,
    )
  })

  test.each([
    [
      'raises',
      'class A:\n    def decide(self, view):\n        return 1 / 0\n',
      /raises\.py:3: ZeroDivisionError/,
    ],
    ['is no Python', 'class A:\n    def decide(self view): pass\n', /\.py:2: SyntaxError/],
    [
      'has two classes',
      'class A:\n    def decide(self, v): pass\nclass B(A): pass\n',
      /2 classes with decide/,
    ],
    [
      'answers nothing',
      'class A:\n    def decide(self, view): pass\n',
      /expected a slot for each client|shape \(\)/,
    ],
    [
      'answers too few',
      'class A:\n    def decide(self, view): return [1]\n',
      /shape \(1,\), expected \(16,\)/,
    ],
    [
      'answers half slots',
      'class A:\n    def decide(self, v): return [0.5] * 16\n',
      /expected whole numbers/,
    ],
    ['shares slots', 'class A:\n    def decide(self, view): return [0] * 16\n', /already taken by client 0/],
    ['dies', 'import os\nclass A:\n    def decide(self, view): os._exit(3)\n', /ended with code 3/],
    [
      'is killed',
      'import os, signal\nclass A:\n    def decide(self, view): os.kill(os.getpid(), signal.SIGKILL)\n',
      /ended by SIGKILL/,
    ],
    [
      'hangs',
      'class A:\n    def decide(self, view):\n        while True: pass\n',
      /did not answer within 0.5 s/,
    ],
    [
      'looks too far',
      'class A:\n    def decide(self, view): return view.uplink_gain\n',
      /view.uplink_gain takes tier local; the scheduler's is counts/,
    ],
  ])('one that %s ends the run in a sentence', async (name, text, said) => {
    const options =
      name === 'hangs' ? ', timeoutSeconds: 0.5' : name === 'looks too far' ? ', tier: counts' : ''
    const file = name.replaceAll(' ', '-')
    write(`${file}.py`, text)
    const scenario = write(
      `${file}.yaml`,
      `schedulers: [{ plugin: python, options: { program: ./${file}.py, python: ${python} ${options} } }]\nrounds: 2\n`,
    )
    await expect(run(scenario, { plugins: builtInPlugins, out: join(folder, file) })).rejects.toThrow(said)
  })

  test('what it prints is in nobody’s way, what it remembers goes on, and it hears of the outcome', async () => {
    const text = `
class Remembers:
    def start(self, parameters, seed):
        self.n = parameters.clients
        self.seen = 0
    def decide(self, view):
        print("looking at", view.round)
        return [(client + self.seen) % 40 for client in range(self.n)]
    def observe(self, outcome):
        assert outcome.cost > 0
        self.seen += 1
    def save(self):
        return str(self.seen).encode()
    def restore(self, state):
        self.seen = int(state)
`
    const rounds = await openRun(await runWith('remembers', text, '', 'rounds: 3')).readTable('clients')
    const first = Array.from(rounds.columns.server, (server, row) => [
      rounds.columns.scheduler[row],
      rounds.columns.client[row],
      10 * (server as number) + (rounds.columns.channel[row] as number),
    ]).filter(([label, client]) => label === 'mine' && client === 0)
    expect(first.map(([, , slot]) => slot)).toEqual([0, 1, 2])
  })

  test('it decides powers and turns beside slots, within the limits that it is told', async () => {
    const text = `
import numpy as np
from cotwin.scheduler import Decision

class Gentle:
    def decide(self, view):
        assert set(view.limits) == {"power", "turn"}, view.limits
        assert (view.held == -1).all()
        n = view.parameters.clients
        most = view.limits["power"]["most"]
        return Decision(np.arange(n), power_w=most / (1 + np.arange(n)), turn=np.arange(n) % 2)
`
    const more = 'rounds: 3\ndecisions: { power: {}, turn: {} }'
    const { columns } = await openRun(await runWith('gentle', text, '', more)).readTable('variables')
    const of = (column: 'powerW' | 'turn') =>
      Array.from(columns[column], (value, row) => [columns.scheduler[row], value] as const)
        .filter(([label]) => label === 'mine')
        .map(([, value]) => value)
    const [powers, turns] = [of('powerW') as number[], of('turn')]
    expect(powers).toHaveLength(48)
    expect(powers.map((power, row) => power * (1 + (row % 16)))).toEqual(
      powers.map(() => expect.closeTo(powers[0]!, 12)),
    )
    expect(turns).toEqual(powers.map((_, row) => row % 2))
  })

  test.each([
    [
      'what is not open',
      'power_w=[0.1] * 16',
      /decides power, which the scenario does not open; expected decisions.power/,
    ],
    [
      'an array too short',
      'turn=[1, 2]',
      /turn: an array of shape \(2,\), expected \(16,\), a number for each client/,
    ],
    ['half a turn', 'turn=[0.5] * 16', /turn: .*expected whole numbers/],
    ['no deadline', 'deadline_seconds="soon"', /deadline_seconds: str, expected a number/],
  ])('a decision with %s ends the run in a sentence', async (name, given, said) => {
    const text = `from cotwin.scheduler import Decision\nclass A:\n    def decide(self, view): return Decision(range(16), ${given})\n`
    await expect(
      runWith(name.replaceAll(' ', '-'), text, '', 'rounds: 2\ndecisions: { turn: {} }'),
    ).rejects.toThrow(said)
  })

  test('it keeps what a scheduler promises', async () => {
    write('order.py', order)
    const program = write('conforms.py', hardestFirst)
    const plugin = builtInPlugins.get('scheduler', 'python')
    const checks = checksOf(plugin, { registry: builtInPlugins, options: { program, python } })
    for (const { name, run: check } of checks) {
      const { outcome, detail } = await check()
      expect(outcome, `${name}: ${detail}`).toBe('passed')
    }
  })
})

test.skipIf(there)(`without numpy in ${python} the plugin says so`, () => {
  expect(() => execFileSync(python, ['-c', 'import numpy'], { stdio: 'ignore' })).toThrow()
})
