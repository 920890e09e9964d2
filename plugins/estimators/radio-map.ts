import { definePlugin, fromDecibels, type Position, Type, tokens } from '../../core/plugin/index.js'
import { replaceGains } from './shared/each-gain.js'
import { FieldMap } from './shared/field-map.js'

/** What a decibel is of a natural logarithm. */
const DECIBELS = 10 / Math.LN10

export default definePlugin({
  kind: 'estimator',
  name: 'radio-map',
  summary:
    'mean gains of places from those that were reported about them, without a propagation law: kriging over reports (Krige, 1951; Gudmundson, 1991)',
  options: Type.Object(
    {
      shadowingDb: Type.Number({
        default: 8,
        exclusiveMinimum: 0,
        'x-unit': 'dB',
        description: 'standard deviation of mean gains about their trend with distance, dB',
      }),
      correlationM: Type.Number({
        default: 50,
        exclusiveMinimum: 0,
        'x-unit': 'm',
        description: 'distance over which their correlation falls to 1/e, m',
      }),
      noiseDb: Type.Union([Type.Null(), Type.Number({ minimum: 0 })], {
        default: null,
        'x-unit': 'dB',
        description:
          'standard deviation of a report about the mean gain of its place, dB; null: Rayleigh fading averaged over the channels, and the reports’ own error',
      }),
      memory: Type.Integer({
        default: 500,
        minimum: 1,
        maximum: 100_000,
        description: 'reports that are kept, the latest',
      }),
      neighbours: Type.Integer({
        default: 24,
        minimum: 1,
        maximum: 500,
        description: 'reports that a place goes by, the nearest',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ shadowingDb, correlationM, noiseDb, memory, neighbours }, { network: { servers, channels } }) {
    let places: Position[] = []
    let values: Float64Array[] = []
    let errorDb = 0
    /** Of fading's mean over so many channels, in dB, beneath the decibels of its mean. */
    const biasDb = DECIBELS / (2 * channels)
    return {
      hear(report) {
        const meansDb = new Float64Array(servers)
        for (let server = 0; server < servers; server++) {
          let sum = 0
          for (let channel = 0; channel < channels; channel++)
            sum += report.uplinkGain[server * channels + channel]
          if (!(sum > 0)) return
          meansDb[server] = DECIBELS * Math.log(sum / channels) + biasDb
        }
        errorDb = report.errorDb
        places.push(report.place)
        values.push(meansDb)
        if (places.length <= memory) return
        places.shift()
        values.shift()
      },
      estimate(present) {
        if (places.length === 0) return
        const noise = noiseDb ?? Math.sqrt((DECIBELS ** 2 + errorDb ** 2) / channels)
        const law = { deviationDb: shadowingDb, correlationM, noiseDb: noise }
        const map = new FieldMap(law, present.servers, { places, values }, neighbours)
        const found = new Float64Array(servers)
        for (const [client, known] of present.correlation.entries()) {
          map.at(present.places[client], found)
          for (let server = 0; server < servers; server++)
            present.meanGain[client * servers + server] = fromDecibels(found[server])
          // What was measured just now needs no map.
          if (known === 1) continue
          replaceGains(present, client, (gain, link) =>
            present.expected(gain, present.meanGain[link], known, link),
          )
        }
      },
      save: () => ({
        arrays: {
          places: Float64Array.from(places.flatMap(({ x, y }) => [x, y])),
          values: Float64Array.from(values.flatMap((row) => Array.from(row))),
        },
        values: { errorDb },
      }),
      restore(state) {
        const [flat, all] = [state.arrays.places, state.arrays.values]
        const count = flat.length / 2
        places = Array.from({ length: count }, (_, i) => ({ x: flat[2 * i], y: flat[2 * i + 1] }))
        values = Array.from({ length: count }, (_, i) =>
          Float64Array.from(all.subarray(i * servers, (i + 1) * servers)),
        )
        errorDb = state.values.errorDb as number
      },
    }
  },
})
