import { definePlugin, Type } from '../../core/plugin/index.js'
import { requireInside } from './start.js'

export default definePlugin({
  kind: 'mobility',
  name: 'gauss-markov',
  summary:
    'speed and direction with memory around their means, borders reflect (Liang and Haas, 1999; Camp, Boleng and Davies, 2002)',
  options: Type.Object(
    {
      meanSpeedMps: Type.Number({
        default: 1.4,
        minimum: 0,
        'x-unit': 'm/s',
        description: 'mean speed, m/s; 1.4 is a pedestrian',
      }),
      speedDeviationMps: Type.Number({
        default: 0.3,
        minimum: 0,
        'x-unit': 'm/s',
        description: 'standard deviation of the speed, m/s; a negative speed walks backwards',
      }),
      directionDeviationRad: Type.Number({
        default: 0.6,
        minimum: 0,
        'x-unit': 'rad',
        description:
          "standard deviation of the direction around the client's mean direction, rad; that one is drawn once",
      }),
      memory: Type.Number({
        default: 0.85,
        minimum: 0,
        maximum: 1,
        description:
          'correlation α from one update to the next: 0 has no memory, 1 goes straight on for ever',
      }),
      updateSeconds: Type.Number({
        default: 1,
        exclusiveMinimum: 0,
        'x-unit': 's',
        description: 'simulated time between two updates of speed and direction, s; straight on in between',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ meanSpeedMps, speedDeviationMps, directionDeviationRad, memory, updateSeconds }) => {
    const fresh = Math.sqrt(1 - memory * memory)
    return {
      trajectory: ({ index, start, area, random }) => {
        requireInside(index, start, area)
        const meanDirection = random.uniform(-Math.PI, Math.PI)
        // Deviations from the means, in the stationary law from the first moment.
        let speed = random.normal(0, speedDeviationMps)
        let turn = random.normal(0, directionDeviationRad)
        let update = 0
        // On a plane without borders, whose mirror images the area's borders fold back: turning speed, direction and
        // mean direction round at a border is the same walk.
        let { x, y } = start
        const along = (coordinate: number, share: number, seconds: number) =>
          coordinate + (meanSpeedMps + speed) * share * seconds
        return (time) => {
          while ((update + 1) * updateSeconds <= time) {
            x = along(x, Math.cos(meanDirection + turn), updateSeconds)
            y = along(y, Math.sin(meanDirection + turn), updateSeconds)
            speed = memory * speed + fresh * random.normal(0, speedDeviationMps)
            turn = memory * turn + fresh * random.normal(0, directionDeviationRad)
            update++
          }
          const since = time - update * updateSeconds
          return {
            x: folded(along(x, Math.cos(meanDirection + turn), since), area.widthM),
            y: folded(along(y, Math.sin(meanDirection + turn), since), area.heightM),
          }
        }
      },
    }
  },
})

/** Where a point of the line falls when it is folded at 0 and at `length`, again and again. */
function folded(coordinate: number, length: number): number {
  const inPeriod = coordinate - 2 * length * Math.floor(coordinate / (2 * length))
  return inPeriod <= length ? inPeriod : 2 * length - inPeriod
}
