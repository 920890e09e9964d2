import { definePlugin, type GainReport, Type, tokens } from '../../core/plugin/index.js'
import { replaceGains } from './shared/each-gain.js'
import { coefficientOption } from './shared/options.js'
import { powerCorrelation, powerVariance } from './shared/power-correlation.js'

export default definePlugin({
  kind: 'estimator',
  name: 'kalman',
  summary:
    'the best linear estimate from all reports of a link, by their errors and its autoregression: off by the solution of the Riccati equation (Kalman, 1960)',
  options: Type.Object({ coefficient: coefficientOption }, { additionalProperties: false }),
  needs: { network: tokens.network },
  create({ coefficient }, { network: { clients, servers, channels } }) {
    const links = clients * servers
    const heard = new Int32Array(clients)
    /** Filtered power over its mean, less 1, and the variance of its error: of each gain, uplinks first. */
    const state = new Float64Array(2 * links * channels)
    const variance = new Float64Array(links)
    /** Heard, and not yet taken in: how much a link fades is told with the present. */
    const pending: GainReport[] = []

    /** Takes a report in: how far it is from what was predicted of it moves the estimate by the Kalman gain. */
    function update(report: GainReport, kFactorOf: (link: number) => number | undefined): void {
      const { client, round, errorDb, sinceLast, meanGain } = report
      const { bias, spread } = errorOf(errorDb)
      for (let server = 0; server < servers; server++) {
        const link = client * servers + server
        const kFactor = kFactorOf(link)
        const own = powerVariance(kFactor)
        const first = heard[client] === 0
        const a = first
          ? 0
          : coefficient === null
            ? powerCorrelation(sinceLast, kFactor)
            : coefficient ** (round - heard[client])
        const predicted = a * a * variance[link] + (1 - a * a) * own
        const noise = (1 + own) * spread
        const gain = predicted === 0 ? 0 : predicted / (predicted + noise)
        variance[link] = (1 - gain) * predicted
        for (const [direction, reported] of [report.uplinkGain, report.downlinkGain].entries())
          for (let channel = 0; channel < channels; channel++) {
            const at = (direction * channels + channel) * links + link
            const mean = meanGain[server]
            const measured = mean > 0 ? reported[server * channels + channel] / (mean * bias) - 1 : 0
            state[at] = a * state[at] + gain * (measured - a * state[at])
          }
      }
      heard[client] = round
    }

    return {
      hear: (report) => void pending.push(report),
      estimate(present) {
        const { correlation, meanGain, round } = present
        for (const report of pending.splice(0)) update(report, present.kFactor)
        for (const [client, known] of correlation.entries())
          replaceGains(present, client, (_, link, at, direction) => {
            const a =
              coefficient === null
                ? powerCorrelation(known, present.kFactor(link))
                : coefficient ** (round - heard[client])
            return meanGain[link] * (1 + a * state[direction * channels * links + at])
          })
      },
      save: () => ({
        arrays: { heard: heard.slice(), state: state.slice(), variance: variance.slice() },
        values: {},
      }),
      restore({ arrays }) {
        heard.set(arrays.heard)
        state.set(arrays.state)
        variance.set(arrays.variance)
      },
    }
  },
})

/** What a normal error in dB does to a gain: by how much it is too large on average, and the variance of what is left over gain². */
function errorOf(errorDb: number): { readonly bias: number; readonly spread: number } {
  const square = (errorDb * (Math.LN10 / 10)) ** 2
  return { bias: Math.exp(square / 2), spread: Math.expm1(square) }
}
