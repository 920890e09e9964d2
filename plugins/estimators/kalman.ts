import { definePlugin, type GainReport, power, Type, tokens } from '../../core/plugin/index.js'
import { decibels, powers } from './kalman/scales.js'
import { replaceGains } from './shared/each-gain.js'
import { coefficientOption } from './shared/options.js'

export default definePlugin({
  kind: 'estimator',
  name: 'kalman',
  summary:
    'the best linear estimate from all reports of a link, by their errors and its autoregression: off by the solution of the Riccati equation (Kalman, 1960)',
  options: Type.Object(
    {
      of: Type.Enum(['decibels', 'powers'], {
        default: 'decibels',
        description:
          'what is filtered: decibels, in which errors are of one size whatever the gain, or powers, of which correlations are exact',
      }),
      coefficient: coefficientOption,
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ of, coefficient }, { network: { clients, servers, channels } }) {
    const scale = of === 'powers' ? powers : decibels
    const links = clients * servers
    /** The round of each client's latest report, 0 before the first. */
    const heard = new Int32Array(clients)
    /** How far each gain is taken to be from what it is on average, K×N×M, uplinks first, and the variance of the error of that. */
    const state = new Float64Array(2 * links * channels)
    const variance = new Float64Array(links)
    /** Heard, and not yet taken in: how much a link fades is told with the present. */
    const pending: GainReport[] = []

    const correlationOf = (amplitudes: number, kFactor: number, rounds: number): number =>
      coefficient === null ? scale.correlation(amplitudes, kFactor) : power(coefficient, rounds)

    /** Takes a report in: how far it is from what was predicted of it moves the estimate by the Kalman gain. */
    function update(report: GainReport, kFactorOf: (link: number) => number): void {
      const { client, round, errorDb, sinceLast, meanGain } = report
      for (let server = 0; server < servers; server++) {
        const link = client * servers + server
        const mean = meanGain[server]
        const kFactor = kFactorOf(link)
        const own = scale.variance(kFactor)
        const a = heard[client] === 0 ? 0 : correlationOf(sinceLast, kFactor, round - heard[client])
        const predicted = a * a * variance[link] + (1 - a * a) * own
        const gain = predicted === 0 ? 0 : predicted / (predicted + scale.noise(errorDb, kFactor))
        variance[link] = (1 - gain) * predicted
        for (const [direction, reported] of [report.uplinkGain, report.downlinkGain].entries())
          for (let channel = 0; channel < channels; channel++) {
            const at = (direction * channels + channel) * links + link
            const found = reported[server * channels + channel]
            state[at] *= a
            // A link that is blocked tells nothing of its fading.
            if (found > 0 && mean > 0)
              state[at] += gain * (scale.deviation(found, mean, errorDb, kFactor) - state[at])
          }
      }
      heard[client] = round
    }

    return {
      hear: (report) => void pending.push(report),
      estimate(present) {
        const { correlation, meanGain, round } = present
        const kFactorOf = (link: number) => present.kFactor(link) ?? 0
        for (const report of pending.splice(0)) update(report, kFactorOf)
        for (const [client, known] of correlation.entries())
          replaceGains(present, client, (reported, link, at, direction) => {
            if (reported === 0 || meanGain[link] === 0) return reported
            const kFactor = kFactorOf(link)
            const a = correlationOf(known, kFactor, round - heard[client])
            return scale.gain(a * state[direction * channels * links + at], meanGain[link], kFactor)
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
