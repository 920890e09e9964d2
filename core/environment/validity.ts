import type { Position, Validity } from '../plugin/contracts.js'
import type { EnvironmentSettings } from './settings.js'

/** Where networks lie outside of what their propagation is valid for, each in a sentence; of these places. */
export function outsideValidity(
  { propagation, geometry }: EnvironmentSettings,
  clients: readonly Position[],
  servers: readonly Position[],
): string[] {
  const { validity, usualServerHeightM } = propagation
  if (!validity) return []
  const { frequencyHz } = validity
  const serverHeights = geometry?.serverHeightM ?? [usualServerHeightM ?? Number.NaN]
  const floors = geometry?.indoor?.floors
  const clientHeights = [...(geometry?.clientHeightM ?? []), ...(floors ? [3 * (floors[1] - 1) + 1.5] : [])]
  const distances = clients.flatMap((client) =>
    servers.map((server) => nearestCopy(client, server, geometry?.copies ?? [])),
  )
  return [
    ...(frequencyHz
      ? outside('a carrier', [frequencyHz.is / 1e9], scaled(frequencyHz.range, 1e-9), 'GHz')
      : []),
    ...outside('heights of clients', clientHeights, validity.clientHeightM, 'm'),
    ...outside('heights of servers', [...serverHeights], validity.serverHeightM, 'm'),
    ...outside('distances', distances, validity.distanceM, 'm'),
  ]
}

const scaled = ([low, high]: readonly [number, number], by: number) => [low * by, high * by] as const

function nearestCopy(client: Position, server: Position, copies: readonly Position[]): number {
  let least = Math.hypot(client.x - server.x, client.y - server.y)
  for (const { x, y } of copies)
    least = Math.min(least, Math.hypot(client.x - server.x - x, client.y - server.y - y))
  return least
}

function outside(
  what: string,
  values: readonly number[],
  range: Validity['distanceM'],
  unit: string,
): string[] {
  if (!range) return []
  const [low, high] = range
  const wrong = values.filter((value) => value < low * (1 - 1e-9) || value > high * (1 + 1e-9))
  if (wrong.length === 0) return []
  const share = wrong.length === values.length ? '' : ` (${wrong.length} of ${values.length})`
  const example = Number(wrong[0].toPrecision(3))
  return [`${what} of ${example} ${unit}${share}; it holds from ${low} to ${high} ${unit}`]
}
