import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { dataFileError } from '../files/data-file.js'
import { readFedScale } from '../files/fedscale.js'
import { fileOption } from '../files/file-option.js'

export default definePlugin({
  kind: 'compute-time',
  name: 'fedscale',
  summary: 'devices as fast and slow as those of a FedScale trace, against their median (Lai et al., 2022)',
  options: Type.Object(
    {
      file: fileOption('JSON of { client: { computation: ms a sample, … } }', 'the path of a .json file'),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: ({ file }, { files, network }) => {
    const path = files.resolve(file)
    const times = readFedScale(path, network.clients).map(({ computation }, client) => {
      if (typeof computation === 'number' && computation > 0 && computation < Infinity) return computation
      throw dataFileError(path, `client ${client}: expected computation, a number above 0 (ms a sample)`)
    })
    const sorted = times.toSorted((a, b) => a - b)
    const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
    return { factor: ({ client }) => times[client] / median }
  },
})
