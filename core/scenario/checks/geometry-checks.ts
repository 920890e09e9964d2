import type { Diagnostic } from '../tree/diagnostic.js'

type Read = (key: string) => unknown

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Sites whose sectors are all there, and buildings that have as many floors as they have at least. */
export function checkGeometry(read: Read): Diagnostic[] {
  return [...checkSectors(read), ...checkFloors(read)]
}

function checkSectors(read: Read): Diagnostic[] {
  const sectors = read('network.servers.sectors')
  const servers = read('network.servers.count')
  if (!isMapping(sectors) || !Number.isInteger(servers)) return []
  const { count = 3 } = sectors
  if (!Number.isInteger(count) || (count as number) < 1 || (servers as number) % (count as number) === 0)
    return []
  const message = `expected a multiple of ${count}, the servers of a site (sectors.count), found ${servers}`
  return [{ path: ['network', 'servers', 'count'], message }]
}

function checkFloors(read: Read): Diagnostic[] {
  const indoor = read('network.clients.indoor')
  if (!isMapping(indoor) || !Array.isArray(indoor.floors)) return []
  const [fewest, most] = indoor.floors as [number, number]
  if (!(fewest > most)) return []
  const path = ['network', 'clients', 'indoor', 'floors']
  return [{ path, message: `expected [fewest, most], found [${fewest}, ${most}]` }]
}
