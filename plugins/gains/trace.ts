import { extname } from 'node:path'
import { definePlugin, type GainSource, Type, tokens } from '../../core/plugin/index.js'
import { dataFileError } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { gainScale } from '../files/gain-scale.js'
import { readCsvTrace } from './trace/csv-trace.js'
import type { GainTrace, TraceFormat } from './trace/gain-trace.js'
import { openNpyTrace } from './trace/npy-trace.js'
import { readParquetTrace } from './trace/parquet-trace.js'

export default definePlugin({
  kind: 'gains',
  name: 'trace',
  summary: 'gains of every round replayed from a file, e.g. measured or ray-traced (plugins/README.md)',
  options: Type.Object(
    {
      file: fileOption(
        'uplink gains: .npy of R×N×M×K (rounds × clients × servers × channels), or .csv or .parquet ' +
          'with columns round, client, server, channel, uplink[, downlink]',
        'the path of a .npy, .csv or .parquet file',
      ),
      downlinkFile: Type.Optional(
        fileOption(
          'downlink gains, where file is .npy and they differ from the uplink; same shape',
          'the path of a .npy file',
        ),
      ),
      scale: gainScale,
      stepSeconds: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
        default: null,
        'x-unit': 's',
        description:
          'simulated time from one round of the file to the next, s: gains then go by time, whatever rounds last; null: by round',
      }),
      between: Type.Enum(['held', 'interpolated'], {
        default: 'held',
        description: 'gains between two times of the file: those of the time before, or linear between both',
      }),
      repeat: Type.Boolean({
        default: false,
        description: 'whether a run with more rounds than the file starts over from its first',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: async ({ file, downlinkFile, scale, repeat, stepSeconds, between }, { files, network }) => {
    const downlinkPath = downlinkFile === undefined ? undefined : files.resolve(downlinkFile)
    const trace = await open(files.resolve(file), downlinkPath, { size: network, scale })
    if (stepSeconds !== null) return byTime(trace, { stepSeconds, between, repeat })
    return {
      ...(!repeat && { rounds: trace.rounds }),
      fill: (round, uplinkGain, downlinkGain) =>
        trace.fill(repeat ? round % trace.rounds : round, uplinkGain, downlinkGain),
    }
  },
})

/** Gains that go by time: beyond its end a file starts over or its last are held. */
function byTime(
  trace: GainTrace,
  at: { readonly stepSeconds: number; readonly between: 'held' | 'interpolated'; readonly repeat: boolean },
): GainSource {
  const roundOf = (index: number) => (at.repeat ? index % trace.rounds : Math.min(index, trace.rounds - 1))
  let next: readonly [Float64Array, Float64Array] | undefined
  return {
    byTime: true,
    fill: (_, uplinkGain, downlinkGain, time = 0) => {
      const steps = time / at.stepSeconds
      const index = Math.floor(steps)
      const bothWays = trace.fill(roundOf(index), uplinkGain, downlinkGain)
      const share = steps - index
      if (at.between === 'held' || share === 0) return bothWays
      next ??= [new Float64Array(uplinkGain.length), new Float64Array(uplinkGain.length)]
      trace.fill(roundOf(index + 1), ...next)
      for (let i = 0; i < uplinkGain.length; i++) {
        uplinkGain[i] += share * (next[0][i] - uplinkGain[i])
        if (bothWays) downlinkGain[i] += share * (next[1][i] - downlinkGain[i])
      }
      return bothWays
    },
  }
}

async function open(path: string, downlinkPath: string | undefined, format: TraceFormat): Promise<GainTrace> {
  const extension = extname(path).toLowerCase()
  if (extension === '.npy') return openNpyTrace(path, downlinkPath, format)
  if (extension !== '.csv' && extension !== '.parquet') {
    throw dataFileError(path, `expected a .npy, .csv or .parquet file, found "${extension}"`)
  }
  if (downlinkPath !== undefined) {
    throw dataFileError(downlinkPath, `downlinkFile goes with .npy; in ${extension} the downlink is a column`)
  }
  return extension === '.csv' ? readCsvTrace(path, format) : await readParquetTrace(path, format)
}
