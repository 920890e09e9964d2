import { definePlugin, power, type RandomStream, Type, tokens } from '../../core/plugin/index.js'
import { oortScores } from './oort/score.js'
import { activeClients } from './shared/order.js'
import { placedByGain, selectable, selectionCount } from './shared/selected.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'oort',
  summary:
    'clients by loss, how long ago they took part and how long they take, some of them tried for the first time (Oort, Lai et al., 2021), each at its strongest server',
  tier: 'large-scale',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      count: selectionCount,
      penalty: Type.Number({
        default: 2,
        minimum: 0,
        description: 'α, the exponent for clients slower than preferred',
      }),
      preferredQuantile: Type.Number({
        default: 0.5,
        minimum: 0,
        maximum: 1,
        description: 'quantile of the times of clients tried that is preferred, T',
      }),
      explore: Type.Number({
        default: 0.9,
        minimum: 0,
        maximum: 1,
        description: 'share of clients tried for the first time, in round 1',
      }),
      exploreDecay: Type.Number({
        default: 0.98,
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'factor on that share from round to round',
      }),
      exploreLeast: Type.Number({
        default: 0.2,
        minimum: 0,
        maximum: 1,
        description: 'least share, as long as there are untried clients',
      }),
      clip: Type.Number({
        default: 0.95,
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'quantile at which utilities are clipped',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random, network: tokens.network },
  create(options, { random, network }) {
    const { count, penalty, preferredQuantile, clip } = options
    const utility = new Float64Array(network.clients)
    const lastRound = new Int32Array(network.clients)
    const seconds = new Float64Array(network.clients)
    return {
      decide(view) {
        const selected = selectable(view, count)
        const there = activeClients(view)
        const tried = there.filter((client) => lastRound[client] > 0)
        const untried = there.filter((client) => lastRound[client] === 0)
        const stream = random.stream('selection', view.round)
        const share = Math.max(
          options.exploreLeast,
          options.explore * power(options.exploreDecay, view.round - 1),
        )
        const exploring = Math.min(
          untried.length,
          Math.max(Math.round(selected * share), selected - tried.length),
        )
        const times = tried.map((client) => seconds[client]).sort((a, b) => a - b)
        const preferredSeconds =
          times[Math.min(times.length - 1, Math.floor(times.length * preferredQuantile))] ?? Infinity
        const scores = oortScores(
          tried,
          { utility, lastRound, seconds },
          { round: view.round, preferredSeconds, penalty, clip },
        )
        const exploited = drawnByScore(tried, scores, selected - exploring, stream)
        return placedByGain(view, [...exploited, ...stream.shuffle(untried).slice(0, exploring)])
      },
      observe({ round, decision, cost, losses }) {
        for (let n = 0; n < utility.length; n++) {
          if (Number.isNaN(cost.clientEnergy[n])) continue
          lastRound[n] = round
          seconds[n] = Number.isFinite(cost.clientTime[n]) ? cost.clientTime[n] : cost.time
          const samples = decision.samples?.[n] ?? network.clientSamples[n]
          // Without learning every client's loss is the same.
          utility[n] = samples * Math.abs(losses === undefined ? 1 : Number.isNaN(losses[n]) ? 0 : losses[n])
        }
      },
      save: () => ({
        arrays: { utility: utility.slice(), lastRound: lastRound.slice(), seconds: seconds.slice() },
        values: {},
      }),
      restore({ arrays }) {
        utility.set(arrays.utility)
        lastRound.set(arrays.lastRound)
        seconds.set(arrays.seconds)
      },
    }
  },
})

/** So many clients: of those whose score is 95 % of the last that would be in or more, drawn by their scores. */
function drawnByScore(
  clients: readonly number[],
  scores: Float64Array,
  count: number,
  random: RandomStream,
): number[] {
  const order = clients
    .map((client, i) => ({ client, score: scores[i] }))
    .sort((a, b) => b.score - a.score || a.client - b.client)
  if (count <= 0) return []
  const cut = (order[Math.min(count, order.length) - 1]?.score ?? 0) * 0.95
  return order
    .filter(({ score }) => score >= cut)
    .map(({ client, score }) => ({ client, arrival: random.exponential() / Math.max(score, 1e-300) }))
    .sort((a, b) => a.arrival - b.arrival)
    .slice(0, count)
    .map(({ client }) => client)
}
