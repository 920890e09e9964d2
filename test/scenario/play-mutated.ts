// Plays mutated scenarios, the number of one a line on standard input; answers a line of JSON each.

import { createInterface } from 'node:readline'
import { stringify } from 'yaml'
import { UserError } from '../../core/errors.js'
import { compile, parseScenario } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { mutated } from './mutations.js'

const MOST_ROUNDS = 2
const MOST_MILLISECONDS = 1500

async function play(seed: number): Promise<{ outcome: string; message?: string }> {
  const registry = builtInPlugins
  const text = stringify(mutated(seed))
  try {
    const loaded = await parseScenario(text, { registry, file: '/nowhere/scenario.yaml' })
    const rounds = Math.min(loaded.scenario.rounds, MOST_ROUNDS)
    const short = { ...loaded, scenario: { ...loaded.scenario, rounds } }
    const experiment = await compile(short, registry)
    await experiment.run(AbortSignal.timeout(MOST_MILLISECONDS))
    return { outcome: 'played' }
  } catch (error) {
    if (error instanceof UserError) return { outcome: 'refused', message: error.message }
    return {
      outcome: 'crashed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await play(Number(line)))}\n`)
}
