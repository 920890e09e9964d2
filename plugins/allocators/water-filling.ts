import {
  type Decision,
  definePlugin,
  gainIndex,
  linksOf,
  noisesOf,
  type RoundNetwork,
  settled,
  Type,
  waterFilling,
} from '../../core/plugin/index.js'
import { needsShannon } from './shared/open.js'

export default definePlugin({
  kind: 'allocator',
  name: 'water-filling',
  summary:
    'splits each client’s power over its slots so that its uplink carries most: water stands at one level (Cover & Thomas, 9.4), in turn where clients interfere (Yu, Ginis & Cioffi, 2002)',
  decides: ['grants'],
  options: Type.Object(
    {
      rounds: Type.Integer({
        default: 50,
        minimum: 1,
        description:
          'how often everybody fills anew, as long as what others do still changes what each hears',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ rounds }) => ({
    allocate({ network }, decision) {
      needsShannon(network)
      // Powers that somebody gave with the grants stay.
      if (decision.grants?.powerW) return decision
      let current = decision
      for (let i = 0; i < rounds; i++) {
        const next = filled(network, current)
        const still = next.grants?.powerW?.every(
          (power, at) => Math.abs(power - (current.grants?.powerW?.[at] ?? -1)) <= 1e-13 * power,
        )
        current = next
        if (still !== false) break
      }
      return current
    },
  }),
})

/** Everybody's power split anew against what the others do now. */
function filled(network: RoundNetwork, decision: Decision): Decision {
  const { grants } = decision
  if (!grants) return decision
  const whole = settled(network, decision)
  const links = linksOf(network, whole)
  const { uplinkW } = noisesOf(network, whole, links)
  const powerW = grants.powerW?.slice() ?? new Float64Array(grants.slot.length)
  let link = 0
  for (let client = 0; client < network.clients; client++) {
    const [start, end] = [grants.first[client], grants.first[client + 1]]
    const own: number[] = []
    for (; link < links.client.length && links.client[link] === client; link++) own.push(link)
    if (end === start) continue
    // A share φ of a band has φσ² against it; of the time it is worth φ of its power.
    const weight = own.map((i) => Math.max(links.share[i], 1e-12))
    const ground = own.map(
      (i, at) =>
        (weight[at] * uplinkW[i]) /
        network.uplinkGain[gainIndex(network, client, links.server[i], links.channel[i])],
    )
    const power = whole.powerW?.[client] ?? network.clientPowerW[client]
    powerW.set(waterFilling(ground, power, weight).power, start)
  }
  return { ...decision, grants: { ...grants, powerW } }
}
