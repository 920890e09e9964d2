import { expect, test } from 'vitest'
import { generatedNetwork } from '../../../core/conformance/networks.js'
import { assignmentOf, evaluateRound, SITS_OUT } from '../../../core/plugin/index.js'
import { untouched, View } from '../../../core/simulation/view.js'
import { builtIn } from '../support.js'

const size = { clients: 5, servers: 2, channels: 3 }
const slots = 6

/** Two clients hold slots, the other three ask. */
const situations = Array.from({ length: 8 }, (_, seed) => {
  const network = generatedNetwork(size, seed + 1)
  const held = Int32Array.of(SITS_OUT, seed % slots, SITS_OUT, (seed + 2 + (seed % 3)) % slots, SITS_OUT)
  const active = Uint8Array.from(held, (slot) => (slot === SITS_OUT ? 1 : 0))
  return { network, held, active }
})

/** What everybody's slots cost with those who hold theirs, once those who asked have what they were given. */
async function costOf(
  plugin: string,
  { network, held, active }: (typeof situations)[number],
  options = {},
): Promise<number> {
  const scheduler = await builtIn('scheduler', plugin, options, { network })
  const counts = { ...untouched(network, active), held }
  const view = new View(1, network, counts, network, { label: plugin, tier: 'twin' })
  const decided = assignmentOf(await scheduler.decide(view))
  return evaluateRound(
    network,
    held.map((slot, client) => (slot === SITS_OUT ? decided[client] : slot)),
  ).cost
}

/** The least cost of all ways to give those who ask a free slot each. */
function least({ network, held }: (typeof situations)[number], client = 0, given = held.slice()): number {
  if (client === held.length) return evaluateRound(network, given).cost
  if (held[client] !== SITS_OUT) return least({ network, held, active: new Uint8Array() }, client + 1, given)
  let best = Number.POSITIVE_INFINITY
  for (let slot = 0; slot < slots; slot++) {
    if (given.includes(slot)) continue
    const next = given.with(client, slot)
    best = Math.min(best, least({ network, held, active: new Uint8Array() }, client + 1, next))
  }
  return best
}

test('optimal gives those who ask the best of all free slots, as a search through all of them finds', async () => {
  for (const situation of situations)
    expect((await costOf('optimal', situation)) / least(situation) - 1).toBeLessThan(1e-9)
})

test('sequential-q on the twin is never dearer than hardest first, and within a tenth of the best', async () => {
  let sum = 0
  for (const situation of situations) {
    const cost = await costOf('sequential-q', situation, { tier: 'twin' })
    expect(cost).toBeLessThanOrEqual((await costOf('hardest-first', situation)) * (1 + 1e-12))
    sum += Math.log(cost / least(situation))
  }
  expect(sum / situations.length).toBeLessThan(0.1)
})

test.each(['decomposition', 'packet-error-matching', 'max-sinr'])(
  '%s gives a client that asks a slot that nobody holds',
  async (plugin) => {
    const network = generatedNetwork(size, 1)
    const scheduler = await builtIn('scheduler', plugin, {}, { network })
    for (let free = 0; free < slots; free++) {
      // Four hold slots; two are free.
      const others = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => slot !== free)
      const held = Int32Array.of(...others.slice(0, 4), SITS_OUT)
      const active = Uint8Array.of(0, 0, 0, 0, 1)
      const counts = { ...untouched(network, active), held }
      const view = new View(1, network, counts, network, { label: plugin, tier: 'twin' })
      const decided = assignmentOf(await scheduler.decide(view))
      expect([free, others[4]]).toContain(decided[4])
    }
  },
)
