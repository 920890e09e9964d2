import { expect, test } from 'vitest'
import { evaluateRound, SITS_OUT } from '../../../core/plugin/index.js'
import { untouched, View } from '../../../core/simulation/view.js'
import { builtIn } from '../support.js'
import { networkOf } from './support.js'

const truncated = {
  form: 'truncated',
  attenuation: 0.5,
  gap: 1,
  minimumSinr: 0,
  maximumEfficiency: 4,
} as const

test('the matching goes by the time and energy that a round charges, whatever a SINR is worth and circuits take', async () => {
  const plain = networkOf(7, { clients: 4, servers: 1, channels: 4 })
  const each = (value: number) => new Float64Array(4).fill(value)
  const network = {
    ...plain,
    rate: truncated,
    amplifierEfficiency: each(0.3),
    circuitW: each(0.2),
    receiveW: each(0.1),
  }
  // Alone on one channel after the other: what a client takes at best, and at worst.
  const body = { ...network, load: { ...network.load, bodyFlops: 0 } }
  const takes = (client: number) =>
    [0, 1, 2, 3].map((channel) => {
      const assignment = new Int32Array(4).fill(SITS_OUT)
      assignment[client] = channel
      const { clientTime, clientEnergy } = evaluateRound(body, assignment)
      return { seconds: clientTime[client], joules: clientEnergy[client] }
    })
  for (const [option, figure] of [
    ['delaySeconds', 'seconds'],
    ['energyJoules', 'joules'],
  ] as const)
    for (let client = 0; client < 4; client++) {
      const best = Math.min(...takes(client).map((taken) => taken[figure]))
      for (const [factor, served] of [
        [1 + 1e-9, true],
        [1 - 1e-9, false],
      ] as const) {
        const alone = {
          ...network,
          clientSamples: network.clientSamples.map((d, n) => (n === client ? d : 0)),
        }
        const scheduler = await builtIn(
          'scheduler',
          'packet-error-matching',
          { [option]: best * factor },
          { network: alone },
        )
        const view = new View(1, alone, untouched(alone), alone, { label: 'matching', tier: 'local' })
        const assignment = (await scheduler.decide(view)) as Int32Array
        expect(assignment[client] !== SITS_OUT, `${option} ${client}`).toBe(served)
      }
    }
})
