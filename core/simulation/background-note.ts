import type { Environment } from '../environment/environment.js'
import type { Problem } from '../errors.js'
import { type Assignment, SITS_OUT, slotOf } from '../network/assignment.js'
import { backgroundOf } from '../network/background.js'
import type { RoundNetwork } from '../network/round-network.js'
import type { LoadedScenario } from '../scenario/load.js'

/** What keeping only the strongest links costs in exactness, as the first round has it; nothing where all are kept. */
export async function backgroundNote(
  { scenario, problemAt }: Pick<LoadedScenario, 'scenario' | 'problemAt'>,
  environment: Environment,
): Promise<Problem[]> {
  const kept = scenario.network.strongestLinks
  const { count: servers } = scenario.network.servers
  if (kept === null || kept >= servers) return []
  const { network } = await environment.snapshot(1, environment.walk()?.positionsAt(0))
  const { share, error } = backgroundOf(network, atStrongestServers(network))
  const percent = (value: number) => `${Number((100 * value).toPrecision(2))} %`
  const what =
    `the ${servers - kept} weaker links of each client count at their mean: with everyone at its strongest server, ` +
    `${percent(share.mean)} of noise and interference on average (at most ${percent(share.largest)} on a link), ` +
    `so rates are off by ${percent(error.mean)} on average at most (${percent(error.largest)} on a link) where links fade as Rayleigh's`
  return [problemAt('network.strongestLinks', what)]
}

/** Each client, in turn, a channel of the server with the best mean gain that has one. */
function atStrongestServers({ clients, servers, channels, meanGain }: RoundNetwork): Assignment {
  const used = new Int32Array(servers)
  return Int32Array.from({ length: clients }, (_, client) => {
    let best = -1
    for (let server = 0; server < servers; server++) {
      if (used[server] === channels) continue
      if (best < 0 || meanGain[client * servers + server] > meanGain[client * servers + best]) best = server
    }
    return best < 0 ? SITS_OUT : slotOf(best, used[best]++, channels)
  })
}
