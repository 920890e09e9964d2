import { describe, expect, test } from 'vitest'
import { builtInPlugins } from '../../../plugins/index.js'
import { directoryWith } from '../support.js'
import { area, distance, every, positionsAt } from './walk.js'

const trace = 'time,client,x,y\n0,0,120,80\n0,1,0,0\n0,2,5,5\n50,0,20,30\n400,0,300,200\n'
const cars =
  'timestep_time;vehicle_id;vehicle_x;vehicle_y\n0;a;120;80\n0;b;0;0\n0;c;5;5\n50;a;20;30\n400;a;300;200\n'
const plugins = builtInPlugins.list('mobility').map(({ name }) => name)

test('there are these', () => {
  expect(plugins).toEqual(['random-waypoint', 'gauss-markov', 'trace', 'sumo-fcd'])
})

describe.each(plugins)('%s', (name) => {
  const setting = () => ({
    options: name === 'trace' ? { file: 'walk.csv' } : name === 'sumo-fcd' ? { file: 'cars.csv' } : {},
    walker: { directory: directoryWith({ 'walk.csv': trace, 'cars.csv': cars }) },
  })
  const at = (times: readonly number[]) => {
    const { options, walker } = setting()
    return positionsAt(times, name, options, walker)
  }

  test('starts where the client was placed', async () => {
    const [start] = await at([0])
    expect(start).toEqual({ x: 120, y: 80 })
  })

  test('has the same trajectory however often it is looked at', async () => {
    const times = every(0.37, 2000)
    const often = await at(times)
    const seldom = (_: unknown, i: number) => i % 45 === 0
    expect(await at(times.filter(seldom))).toEqual(often.filter(seldom))
    expect(await at([times[4500]])).toEqual([often[4500]])
  })

  test('may be asked for the same time twice', async () => {
    const [first, , again] = await at([100, 700, 700])
    expect(again).toEqual((await at([100, 700]))[1])
    expect(first).not.toEqual(again)
  })

  test('moves continuously, and stays in the area', async () => {
    const path = await at(every(0.1, 1000))
    for (const [i, place] of path.entries()) {
      expect(place.x >= -1e-9 && place.x <= area.widthM + 1e-9).toBe(true)
      expect(place.y >= -1e-9 && place.y <= area.heightM + 1e-9).toBe(true)
      if (i > 0) expect(distance(place, path[i - 1])).toBeLessThan(0.5)
    }
  })
})

test.each(['random-waypoint', 'gauss-markov'])(
  '%s moves each client by a stream of its own',
  async (name) => {
    const walks = await Promise.all([0, 1].map((client) => positionsAt([0, 60], name, {}, { client })))
    expect(walks[0][0]).toEqual(walks[1][0])
    expect(walks[0][1]).not.toEqual(walks[1][1])
  },
)

test.each(['random-waypoint', 'gauss-markov'])('%s refuses a start outside the area', async (name) => {
  await expect(positionsAt([0], name, {}, { start: { x: 301, y: 5 }, client: 2 })).rejects.toThrow(
    'client 2 starts at (301, 5) m; expected a place in the area of 300 m × 200 m, which it never leaves',
  )
})
