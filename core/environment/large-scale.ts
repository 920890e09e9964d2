import { rankLinks, type StrongestLinks } from '../network/strongest-links.js'
import type { LinkPlace, LinkState, Position, Propagation } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'
import { fillSectorGains } from './antenna.js'
import { drawClient, type Geometry, serverHeightOf } from './geometry.js'

/** Large-scale propagation of all links: their mean gains, and what else a propagation tells of them. */
export interface LargeScale {
  /** N×M. */
  readonly meanGain: Float64Array
  /** 1 for each link in sight, N×M, and its K factor, linear; undefined where the propagation tells neither. */
  readonly sight: { readonly lineOfSight: Uint8Array; readonly kFactor: Float64Array } | undefined
  /** The links that have gains of their own, where only the strongest have. */
  readonly links: StrongestLinks | undefined
}

/** Room for the links of so many clients and servers, of which only so many a client may be kept. */
export function roomForLargeScale(
  clients: number,
  servers: number,
  propagation: Propagation,
  perClient?: number,
): LargeScale {
  const links = clients * servers
  return {
    meanGain: new Float64Array(links),
    sight: propagation.link && {
      lineOfSight: new Uint8Array(links),
      kFactor: new Float64Array(links),
    },
    links: perClient === undefined ? undefined : { perClient, rank: new Uint8Array(links) },
  }
}

/** What a fading is told of a link; undefined where nothing is known. */
export function linkStateOf({ meanGain, sight }: LargeScale, link: number): LinkState | undefined {
  if (!sight) return undefined
  return { gain: meanGain[link], lineOfSight: sight.lineOfSight[link] === 1, kFactor: sight.kFactor[link] }
}

/** The law that large-scale propagation follows. */
export interface LargeScaleLaw {
  readonly propagation: Propagation
  readonly minimumDistanceM: number
  readonly geometry?: Geometry
}

export interface Places {
  readonly clients: readonly Position[]
  readonly servers: readonly Position[]
}

export interface Drawn {
  readonly random: RandomSource
  readonly epoch: number
}

/** Writes the large-scale propagation of every link; what is random in a client's follows from the epoch. */
export function fillLargeScale(into: LargeScale, places: Places, law: LargeScaleLaw, drawn: Drawn): void {
  if (law.geometry) fillInSpace(into, places, law, law.geometry, drawn)
  else fillOnGround(into, places, law, drawn)
  if (!into.links) return
  rankLinks({ clients: places.clients.length, servers: places.servers.length }, into.meanGain, into.links)
}

/** Everyone at the height that is usual, a mast for each server. */
function fillOnGround(into: LargeScale, places: Places, law: LargeScaleLaw, drawn: Drawn): void {
  const { clients, servers } = places
  const { propagation, minimumDistanceM } = law
  for (const [client, clientPosition] of clients.entries()) {
    const random = drawn.random.stream('propagation/client', client, drawn.epoch)
    for (const [server, serverPosition] of servers.entries()) {
      const distance = Math.hypot(clientPosition.x - serverPosition.x, clientPosition.y - serverPosition.y)
      const distanceM = Math.max(distance, minimumDistanceM)
      const link = { client, server, clientPosition, serverPosition, distanceM, random }
      const index = client * servers.length + server
      if (propagation.link) writeState(into, index, propagation.link(link))
      else into.meanGain[index] = propagation.meanGain(link)
    }
  }
}

/** With heights, buildings, masts that several servers share and copies of the layout. */
function fillInSpace(
  into: LargeScale,
  places: Places,
  law: LargeScaleLaw,
  geometry: Geometry,
  drawn: Drawn,
): void {
  const { clients, servers } = places
  const { propagation, minimumDistanceM } = law
  const { sectors, copies } = geometry
  const perSite = sectors?.count ?? 1
  const antenna = new Float64Array(perSite).fill(1)
  for (const [client, clientPosition] of clients.entries()) {
    const random = drawn.random.stream('propagation/client', client, drawn.epoch)
    const { heightM, indoors, uniform } = drawClient(geometry, client, drawn.epoch, drawn.random)
    for (let server = 0; server < servers.length; server += perSite) {
      const serverPosition = nearest(servers[server], copies, clientPosition)
      const x = clientPosition.x - serverPosition.x
      const y = clientPosition.y - serverPosition.y
      const serverHeightM = serverHeightOf(geometry, server, propagation)
      const place: LinkPlace = {
        client,
        server,
        site: server / perSite,
        clientPosition,
        serverPosition,
        distanceM: Math.max(Math.sqrt(x * x + y * y), minimumDistanceM),
        clientHeightM: heightM,
        serverHeightM,
        indoors,
        ofClient: uniform,
        random,
      }
      const index = client * servers.length + server
      const state = propagation.link?.(place)
      const gain = state ? state.gain : propagation.meanGain(place)
      if (sectors) fillSectorGains(sectors, { x, y, z: heightM - (serverHeightM ?? heightM) }, antenna, 0)
      for (let sector = 0; sector < perSite; sector++) {
        if (state) writeState(into, index + sector, state)
        into.meanGain[index + sector] = gain * antenna[sector]
      }
    }
  }
}

function writeState({ meanGain, sight }: LargeScale, index: number, state: LinkState): void {
  meanGain[index] = state.gain
  if (!sight) return
  sight.lineOfSight[index] = state.lineOfSight ? 1 : 0
  sight.kFactor[index] = state.kFactor
}

/** The site itself or the copy of it that is nearest to the client. */
function nearest(site: Position, copies: readonly Position[], { x, y }: Position): Position {
  let best = site
  let least = (site.x - x) ** 2 + (site.y - y) ** 2
  for (const copy of copies) {
    const square = (site.x + copy.x - x) ** 2 + (site.y + copy.y - y) ** 2
    if (square >= least) continue
    least = square
    best = { x: site.x + copy.x, y: site.y + copy.y }
  }
  return best
}
