import { definePlugin, type Trajectory, Type, tokens } from '../../core/plugin/index.js'
import { fileOption } from '../files/file-option.js'
import { readFcd, type VehicleTrack, vehiclesOf } from '../files/sumo-fcd.js'

export default definePlugin({
  kind: 'mobility',
  name: 'sumo-fcd',
  summary:
    "vehicles of SUMO's floating car data, in the order in which they enter; the placement of clients is not used",
  options: Type.Object(
    {
      file: fileOption(
        'what SUMO wrote with --fcd-output: .xml, or since 1.24 .csv or .parquet',
        'the path of a .xml, .csv or .parquet file',
      ),
      startSeconds: Type.Number({
        default: 0,
        minimum: 0,
        'x-unit': 's',
        description: "SUMO's time at which the run begins, s",
      }),
      leftM: Type.Number({
        default: 0,
        'x-unit': 'm',
        description: "SUMO's x at the left edge of the area, m",
      }),
      bottomM: Type.Number({
        default: 0,
        'x-unit': 'm',
        description: "SUMO's y at the lower edge of the area, m",
      }),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, network: tokens.network },
  create: async ({ file, startSeconds, leftM, bottomM }, { files, network }) => {
    const path = files.resolve(file)
    const vehicles = vehiclesOf(path, await readFcd(path), network.clients)
    return {
      trajectory: ({ index }) => {
        const follow = following(vehicles[index])
        return (time) => {
          const { x, y } = follow(time + startSeconds)
          return { x: x - leftM, y: y - bottomM }
        }
      },
    }
  },
})

/** Straight on between two times; before its first and after its last a vehicle stands still (`churn: sumo-fcd` has it away). */
function following({ times, x, y }: VehicleTrack): Trajectory {
  let next = 0
  return (time) => {
    while (next < times.length && times[next] <= time) next++
    if (next === 0 || next === times.length) {
      const at = Math.max(0, next - 1)
      return { x: x[at], y: y[at] }
    }
    const share = (time - times[next - 1]) / (times[next] - times[next - 1])
    return {
      x: x[next - 1] + (x[next] - x[next - 1]) * share,
      y: y[next - 1] + (y[next] - y[next - 1]) * share,
    }
  }
}
