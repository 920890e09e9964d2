import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { readFcd, vehiclesOf } from '../files/sumo-fcd.js'

export default definePlugin({
  kind: 'churn',
  name: 'sumo-fcd',
  summary: "vehicles of SUMO's floating car data join as they enter and leave for good after their last step",
  options: Type.Object(
    {
      file: fileOption(
        'what SUMO wrote with --fcd-output, the same as of the mobility',
        'the path of a .xml, .csv or .parquet file',
      ),
      startSeconds: Type.Number({
        default: 0,
        minimum: 0,
        'x-unit': 's',
        description: "SUMO's time at which the run begins, s",
      }),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: async ({ file, startSeconds }, { files, network }) => {
    const path = files.resolve(file)
    const vehicles = vehiclesOf(path, await readFcd(path), network.clients)
    return {
      timeline: (client) => {
        const { times } = vehicles[client]
        const [enters, leaves] = [times[0] - startSeconds, times[times.length - 1] - startSeconds]
        const changes = [...(enters > 0 ? [enters] : []), ...(leaves > 0 ? [leaves] : [])]
        let next = 0
        return {
          presentAtStart: enters <= 0 && leaves > 0,
          next: () => changes[next++] ?? Number.POSITIVE_INFINITY,
        }
      },
    }
  },
})
