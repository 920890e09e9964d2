import { RandomStreams } from '../../../core/kernel/index.js'
import type { Position, Trajectory } from '../../../core/plugin/index.js'
import { builtIn, parametersOf } from '../support.js'

export const area = { widthM: 300, heightM: 200 }

export interface Walker {
  readonly start?: Position
  readonly client?: number
  readonly directory?: string
}

/** The trajectory of a client; again and again the same one. */
export async function walkOf(
  name: string,
  options: Record<string, unknown> = {},
  { start = { x: 120, y: 80 }, client = 0, directory = '.' }: Walker = {},
): Promise<Trajectory> {
  const surroundings = { network: parametersOf(3, 1, 1), directory }
  const mobility = await builtIn('mobility', name, options, surroundings)
  const random = new RandomStreams(`mobility ${name}`).stream('client', client)
  return mobility.trajectory({ index: client, start, area, random })
}

/** The same client's positions at these times. */
export async function positionsAt(
  times: readonly number[],
  ...walk: Parameters<typeof walkOf>
): Promise<Position[]> {
  return times.map(await walkOf(...walk))
}

/** Many clients, each with a start of its own, at the same times. */
export async function crowd(
  size: number,
  times: readonly number[],
  name: string,
  options: Record<string, unknown>,
  startOf: (client: number) => Position,
): Promise<Position[][]> {
  const mobility = await builtIn('mobility', name, options)
  const streams = new RandomStreams(`crowd of ${name}`)
  return Array.from({ length: size }, (_, client) => {
    const random = streams.stream('client', client)
    return times.map(mobility.trajectory({ index: client, start: startOf(client), area, random }))
  })
}

export const uniformStart = (client: number): Position => {
  const random = new RandomStreams('starts').stream('client', client)
  return { x: random.uniform(0, area.widthM), y: random.uniform(0, area.heightM) }
}

export const distance = (a: Position, b: Position): number => Math.hypot(a.x - b.x, a.y - b.y)

export const every = (step: number, until: number): number[] =>
  Array.from({ length: Math.floor(until / step) + 1 }, (_, i) => i * step)
