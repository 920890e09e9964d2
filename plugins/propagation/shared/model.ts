import {
  type LinkPlace,
  type LinkState,
  normalProbability,
  type Propagation,
  RandomField,
  type RandomSource,
  type Validity,
} from '../../../core/plugin/index.js'
import type { Losses, LossGeometry } from './path-loss.js'
import { carLoss, highLossWall, INDOOR_LOSS_PER_METRE, lowLossWall } from './penetration.js'

/** Of links with and without a line of sight, and of those into buildings. */
interface OfLinks {
  readonly lineOfSight: number
  readonly obstructed: number
  readonly indoors: number
}

/** What one scenario of 3GPP TR 38.901 says of its links. */
export interface RadioModel {
  readonly usualServerHeightM: number
  readonly validity: Omit<Validity, 'frequencyHz'>
  /** Up to which the model holds, Hz; 100 GHz where left out. */
  readonly highestHz?: number
  losses(at: LossGeometry): Losses
  /** Probability of a line of sight at a distance along the ground, outdoors, m. */
  sight(distanceM: number, at: LossGeometry): number
  /** σ_SF of a link, dB. */
  shadowingDb(at: LossGeometry): OfLinks
  /** d_cor of shadowing, of being in sight and of the K factor, m (Tables 7.5-6 and 7.6.3.1-2). */
  readonly correlationM: {
    readonly shadowing: OfLinks
    readonly lineOfSight: number
    readonly kFactor: number
  }
  /** Mean and standard deviation of the K factor, dB. */
  readonly kFactorDb: { readonly mean: number; readonly deviation: number }
  /** How far inside terminals are at most, m: the nearer of two uniform places. */
  readonly depthM: number
  /** h_E of a link, m, from two uniform numbers; 1 where left out. */
  environmentHeight?(at: LossGeometry, first: number, second: number): number
}

/** What a scenario chooses of a model. */
export interface ModelOptions {
  readonly frequencyHz: number
  readonly lineOfSight: 'probability' | 'always' | 'never'
  readonly shadowing: boolean
  readonly highLossShare?: number
  readonly car?: 'none' | keyof typeof carLoss
}

const USUAL_CLIENT_HEIGHT = 1.5

/** Frequencies for which the standard holds, Hz. */
const LOWEST_HZ = 0.5e9
const HIGHEST_HZ = 100e9

/** The fields of a site: shadows, what is in sight, and how much stronger what is in sight comes. */
class Site {
  readonly shadowing: RandomField
  readonly lineOfSight: RandomField
  readonly kFactor: RandomField

  constructor(random: RandomSource, index: number) {
    this.shadowing = new RandomField(random.stream('shadowing', index))
    this.lineOfSight = new RandomField(random.stream('line-of-sight', index))
    this.kFactor = new RandomField(random.stream('k-factor', index))
  }
}

/** The value of a site's field where the client stands, seen from there. */
function fieldAt(
  field: RandomField,
  { clientPosition: c, serverPosition: s }: LinkPlace,
  correlationM: number,
): number {
  return field.at((c.x - s.x) / correlationM, (c.y - s.y) / correlationM)
}

/**
 * Propagation by one scenario of 3GPP TR 38.901: path loss, line of sight, shadowing and losses into buildings and cars.
 *
 * What is random is a function of the place, with one field for each site: standing still, or coming back, a client finds
 * the same. Sites are independent of each other.
 */
export function propagationOf(
  model: RadioModel,
  options: ModelOptions,
  random: RandomSource,
): Required<Pick<Propagation, 'link' | 'meanGain' | 'usualServerHeightM' | 'validity'>> {
  const f = options.frequencyHz / 1e9
  const { correlationM, kFactorDb } = model
  const walls = { low: lowLossWall(f), high: highLossWall(f) }
  const car = options.car && options.car !== 'none' ? carLoss[options.car] : undefined
  const sites: Site[] = []
  const siteOf = (link: LinkPlace): Site => {
    const index = link.site ?? link.server
    sites[index] ??= new Site(random, index)
    return sites[index]
  }

  const link = (at: LinkPlace): LinkState => {
    const site = siteOf(at)
    const clientHeightM = at.clientHeightM ?? USUAL_CLIENT_HEIGHT
    const serverHeightM = at.serverHeightM ?? model.usualServerHeightM
    const d2 = at.distanceM
    const inside = at.indoors ? depthOf(at.ofClient) * model.depthM : 0
    const d3 = Math.sqrt(d2 * d2 + (serverHeightM - clientHeightM) ** 2)
    const flat: LossGeometry = { d2, d3, f, serverHeightM, clientHeightM, environmentHeightM: 1 }
    const geometry = model.environmentHeight
      ? { ...flat, environmentHeightM: model.environmentHeight(flat, at.random.next(), at.random.next()) }
      : flat
    const lineOfSight = isInSight(site, at, Math.max(d2 - inside, 1), geometry)
    const losses = model.losses(geometry)
    const kind = at.indoors ? 'indoors' : lineOfSight ? 'lineOfSight' : 'obstructed'
    const shadow = options.shadowing
      ? model.shadowingDb(geometry)[kind] * fieldAt(site.shadowing, at, correlationM.shadowing[kind])
      : 0
    const lossDb = (lineOfSight ? losses.lineOfSight : losses.obstructed) + shadow + penetrationDb(at, inside)
    const kFactor = lineOfSight
      ? fromDecibels(kFactorDb.mean + kFactorDb.deviation * fieldAt(site.kFactor, at, correlationM.kFactor))
      : 0
    return { gain: fromDecibels(-lossDb), lineOfSight, kFactor }
  }

  function isInSight(site: Site, at: LinkPlace, outdoorM: number, geometry: LossGeometry): boolean {
    if (options.lineOfSight !== 'probability') return options.lineOfSight === 'always'
    const probability = model.sight(outdoorM, geometry)
    if (probability >= 1) return true
    return normalProbability(fieldAt(site.lineOfSight, at, correlationM.lineOfSight)) < probability
  }

  // All links of a client have the same walls about it, and come one after the other.
  let known: Float64Array | undefined
  let knownDb = 0

  function penetrationDb({ indoors, ofClient = NOTHING_DRAWN }: LinkPlace, inside: number): number {
    if (ofClient !== known) {
      known = ofClient
      const high = ofClient[2] < (options.highLossShare ?? 0)
      const wall = indoors ? (high ? walls.high : walls.low) : car
      knownDb = wall ? wall.lossDb + wall.deviationDb * normalOf(ofClient[3], ofClient[4]) : 0
    }
    return knownDb + INDOOR_LOSS_PER_METRE * inside
  }

  return {
    link,
    meanGain: (at) => link(at).gain,
    usualServerHeightM: model.usualServerHeightM,
    validity: {
      ...model.validity,
      frequencyHz: { is: options.frequencyHz, range: [LOWEST_HZ, model.highestHz ?? HIGHEST_HZ] },
    },
  }
}

/** 10^(x / 10), in half the time of a power. */
const fromDecibels = (decibels: number): number => Math.exp(decibels * (Math.LN10 / 10))

/** Of a client of which nothing was drawn: in the middle of everything. */
const NOTHING_DRAWN = Float64Array.of(0.5, 0.5, 0.5, 1, 0)

/** The lesser of two uniform places, as a share of the largest depth. */
const depthOf = (ofClient: Float64Array = NOTHING_DRAWN): number => Math.min(ofClient[0], ofClient[1])

/** A standard normal number from two uniform ones in (0, 1] and [0, 1) (Box and Muller). */
const normalOf = (a: number, b: number): number => Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b)
