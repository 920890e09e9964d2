import { extname } from 'node:path'
import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { dataFileError } from '../files/data-file.js'
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
      file: Type.String({
        minLength: 1,
        'x-file': true,
        'x-expected': 'the path of a .npy, .csv or .parquet file',
        description:
          'uplink gains: .npy of R×N×M×K (rounds × clients × servers × channels), or .csv or .parquet ' +
          'with columns round, client, server, channel, uplink[, downlink]',
      }),
      downlinkFile: Type.Optional(
        Type.String({
          minLength: 1,
          'x-file': true,
          'x-expected': 'the path of a .npy file',
          description: 'downlink gains, where file is .npy and they differ from the uplink; same shape',
        }),
      ),
      scale: gainScale,
      repeat: Type.Boolean({
        default: false,
        description: 'whether a run with more rounds than the file starts over from its first',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: async ({ file, downlinkFile, scale, repeat }, { files, network }) => {
    const downlinkPath = downlinkFile === undefined ? undefined : files.resolve(downlinkFile)
    const trace = await open(files.resolve(file), downlinkPath, { size: network, scale })
    return {
      ...(!repeat && { rounds: trace.rounds }),
      fill: (round, uplinkGain, downlinkGain) =>
        trace.fill(repeat ? round % trace.rounds : round, uplinkGain, downlinkGain),
    }
  },
})

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
