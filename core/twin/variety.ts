import { power } from '../kernel/power.js'
import type { RandomStream } from '../kernel/random-stream.js'
import type { Area, Position, Propagation } from '../plugin/contracts.js'
import type { Variety } from '../plugin/training-contracts.js'

/** Most groups that clients stand in. */
const GROUPS = 4
/** Size of a group, and of the site that gathered servers share, as shares of the area's sides; drawn log-uniformly. */
const GROUP_SIZE: Range = [0.02, 0.3]
const SITE_SIZE: Range = [0.005, 0.05]

type Range = readonly [number, number]

export interface Places {
  readonly clients: readonly Position[]
  readonly servers: readonly Position[]
}

/**
 * Another setting, drawn for one network: where everyone stands in it, and how gains fall with distance.
 *
 * Groups and sites keep the law by which nodes are placed, drawn together about a point of the area that is chosen at
 * random. A distance counts like its power, which multiplies the slope of a path loss in decibels a decade.
 */
export function drawSetting(
  { clients, servers }: Places,
  propagation: Propagation,
  area: Area,
  variety: Variety,
  random: RandomStream,
): { readonly places: Places; readonly propagation: Propagation } {
  const scale = logUniform(variety.distance, random)
  const slope = logUniform(variety.slope, random)
  const inGroups = random.next() < variety.groupedClients
  const size = logUniform(GROUP_SIZE, random)
  const centres = Array.from({ length: 1 + random.integer(GROUPS) }, () => anywhere(area, random))
  const forServers = random.next()
  const site = { centre: anywhere(area, random), size: logUniform(SITE_SIZE, random) }
  const serverAt = (place: Position): Position => {
    const spot = anywhere(area, random)
    if (forServers < variety.scatteredServers) return spot
    if (forServers >= variety.scatteredServers + variety.gatheredServers) return place
    return drawnTogether(place, site.centre, site.size, area)
  }
  const clientAt = (place: Position, index: number): Position =>
    inGroups ? drawnTogether(place, centres[index % centres.length], size, area) : place
  const scaled = ({ x, y }: Position) => ({ x: x * scale, y: y * scale })
  return {
    places: {
      clients: clients.map((place, index) => scaled(clientAt(place, index))),
      servers: servers.map((place) => scaled(serverAt(place))),
    },
    propagation: {
      ...propagation,
      meanGain: (link) => propagation.meanGain({ ...link, distanceM: power(link.distanceM, slope) }),
      ...(propagation.link && {
        link: (link) => propagation.link!({ ...link, distanceM: power(link.distanceM, slope) }),
      }),
    },
  }
}

const anywhere = ({ widthM, heightM }: Area, random: RandomStream): Position => ({
  x: random.uniform(0, widthM),
  y: random.uniform(0, heightM),
})

/** The place in a copy of the area, so many times its size, about a centre; the edge of the area holds everyone in. */
function drawnTogether(
  { x, y }: Position,
  centre: Position,
  size: number,
  { widthM, heightM }: Area,
): Position {
  const within = (value: number, most: number) => Math.max(0, Math.min(most, value))
  return {
    x: within(centre.x + size * (x - widthM / 2), widthM),
    y: within(centre.y + size * (y - heightM / 2), heightM),
  }
}

const logUniform = ([least, most]: Range, random: RandomStream): number =>
  least * power(most / least, random.next())
