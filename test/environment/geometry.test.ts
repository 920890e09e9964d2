import { expect, test } from 'vitest'
import { fillSectorGains, type Sectors } from '../../core/environment/antenna.js'
import { Environment } from '../../core/environment/environment.js'
import type { Geometry } from '../../core/environment/geometry.js'
import type { EnvironmentSettings } from '../../core/environment/settings.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { builtIn, parametersOf } from '../plugins/support.js'

const single: Sectors = {
  count: 1,
  azimuthDeg: 0,
  tiltDeg: 90,
  elements: 1,
  elementGainDb: 8,
  beamwidthDeg: 65,
  attenuationDb: 30,
}

/** Gains, dB, in a direction: azimuth and zenith angle, degrees. */
function gainsDb(sectors: Sectors, azimuth: number, zenith = 90): number[] {
  const [a, z] = [(azimuth * Math.PI) / 180, (zenith * Math.PI) / 180]
  const towards = {
    x: 70 * Math.sin(z) * Math.cos(a),
    y: 70 * Math.sin(z) * Math.sin(a),
    z: 70 * Math.cos(z),
  }
  const gains = new Float64Array(sectors.count)
  fillSectorGains(sectors, towards, gains, 0)
  return [...gains].map((gain) => 10 * Math.log10(gain))
}

test('an element is that of the standard: 8 dBi, -3 dB at 32.5°, -10.22 dB at 60°, -30 dB behind', () => {
  expect(gainsDb(single, 0)[0]).toBeCloseTo(8, 10)
  expect(gainsDb(single, 32.5)[0]).toBeCloseTo(5, 10)
  expect(gainsDb(single, -60)[0]).toBeCloseTo(8 - 10.2249, 3)
  expect(gainsDb(single, 180)[0]).toBeCloseTo(-22, 10)
  expect(gainsDb(single, 0, 90 + 32.5)[0]).toBeCloseTo(5, 10)
})

test('ten elements at their tilt of 102° have 17.591 dBi', () => {
  expect(gainsDb({ ...single, elements: 10, tiltDeg: 102 }, 0, 102)[0]).toBeCloseTo(17.591, 3)
})

test('three sectors look 120° apart, counterclockwise from 30°', () => {
  const three = { ...single, count: 3, azimuthDeg: 30 }
  for (const [sector, azimuth] of [30, 150, 270].entries())
    expect(gainsDb(three, azimuth)[sector]).toBeCloseTo(8, 10)
})

const space: Geometry = {
  clientHeightM: new Float64Array(40).fill(1.5),
  serverHeightM: undefined,
  indoor: undefined,
  sectors: undefined,
  copies: [],
}

async function environmentOf(geometry: Geometry, settings: Partial<EnvironmentSettings> = {}, servers = 57) {
  return new Environment(
    parametersOf(40, servers, 1),
    {
      area: { widthM: 1200, heightM: 1200 },
      clientPlacement: await builtIn('placement', 'hexagonal-cells'),
      serverPlacement: await builtIn('placement', 'hexagonal'),
      positions: 'per-round',
      episodeRounds: 1,
      propagation: await builtIn('propagation', 'umi', { lineOfSight: 'always', shadowing: false }),
      fading: await builtIn('fading', 'none'),
      minimumDistanceM: 1,
      reciprocal: true,
      geometry,
      ...settings,
    },
    new RandomStreams(1),
  )
}

test('sectors share their site, and whoever stands in front of one hears it better than the others', async () => {
  const environment = await environmentOf({ ...space, sectors: { ...single, count: 3, azimuthDeg: 30 } })
  const { network, clientPositions, serverPositions } = await environment.snapshot(1)
  for (let server = 0; server < 57; server++)
    expect(serverPositions[server]).toEqual(serverPositions[3 * Math.floor(server / 3)])
  for (const [client, { x, y }] of clientPositions.entries())
    for (let site = 0; site < 19; site++) {
      const s = serverPositions[3 * site]
      const towards = (Math.atan2(y - s.y, x - s.x) * 180) / Math.PI
      const best = ((Math.round((towards - 30) / 120) % 3) + 3) % 3
      const gains = [0, 1, 2].map((sector) => network.meanGain[client * 57 + 3 * site + sector])
      expect(Math.max(...gains)).toBe(gains[best])
    }
})

test('a layout that is wrapped around has no edge: every site is met within its copies', async () => {
  const placement = await builtIn('placement', 'hexagonal', { wrapAround: true })
  const copies = placement.copies!({ widthM: 1200, heightM: 1200 })
  expect(copies).toHaveLength(6)
  // Nineteen cells have the area of as many hexagons: copies stand √19 site distances away.
  for (const { x, y } of copies) expect(Math.hypot(x, y)).toBeCloseTo(200 * Math.sqrt(19), 9)
  const environment = await environmentOf({ ...space, copies }, { serverPlacement: placement }, 19)
  const { network, clientPositions, serverPositions } = await environment.snapshot(1)
  const umi = await builtIn('propagation', 'umi', { lineOfSight: 'always', shadowing: false })
  for (const [client, c] of clientPositions.entries())
    for (const [server, s] of serverPositions.entries()) {
      const images = [{ x: 0, y: 0 }, ...copies].map(({ x, y }) => Math.hypot(s.x + x - c.x, s.y + y - c.y))
      const distanceM = Math.max(1, Math.min(...images))
      // No farther than the corner of a hexagon of this size.
      expect(distanceM).toBeLessThan(200 * Math.sqrt(19 / 3))
      const random = new RandomStreams(1).stream('x')
      const at = { client, server, clientPosition: c, serverPosition: s, distanceM, random }
      expect(network.meanGain[client * 19 + server] / umi.meanGain(at)).toBeCloseTo(1, 9)
    }
})

test('clients indoors stand on floors, four of five of them, and lose more', async () => {
  const heights = { ...space, indoor: { share: 0.8, floors: [4, 8] as const } }
  const [outside, inside] = [await environmentOf(space, {}, 19), await environmentOf(heights, {}, 19)]
  let weaker = 0
  for (let round = 1; round <= 30; round++) {
    const before = (await outside.snapshot(round)).network.meanGain.slice()
    const after = (await inside.snapshot(round)).network.meanGain
    for (let client = 0; client < 40; client++) if (after[client * 19] < before[client * 19] / 4) weaker++
  }
  expect(Math.abs(weaker / 1200 - 0.8)).toBeLessThan(0.05)
})

test('cells of a hexagonal grid hold clients as near to their site as to any other, no nearer than is said', async () => {
  const cells = await builtIn('placement', 'hexagonal-cells', { minimumDistanceM: 20 })
  const sites = await builtIn('placement', 'hexagonal')
  const area = { widthM: 1200, heightM: 1200 }
  const places = Array.from({ length: 19 }, (_, index) =>
    sites.position({ index, count: 19, area, random: new RandomStreams(1).stream('s', index) }),
  )
  const held = new Array<number>(19).fill(0)
  for (let index = 0; index < 1900; index++) {
    const { x, y } = cells.position({
      index,
      count: 1900,
      area,
      random: new RandomStreams(1).stream('c', index),
    })
    const distances = places.map((s) => Math.hypot(s.x - x, s.y - y))
    const least = Math.min(...distances)
    expect(least).toBeGreaterThanOrEqual(20)
    expect(least).toBeLessThanOrEqual(200 / Math.sqrt(3) + 1e-9)
    held[distances.indexOf(least)]++
  }
  // 100 each, give or take five standard deviations.
  for (const count of held) expect(Math.abs(count - 100)).toBeLessThan(50)
})
