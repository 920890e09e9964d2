/** Antennas of a site with several servers: each looks its own way, all with one vertical array tilted electrically. */
export interface Sectors {
  /** Servers of a site. */
  readonly count: number
  /** Where the first looks, degrees counterclockwise from the x axis; the others follow at equal angles. */
  readonly azimuthDeg: number
  /** Zenith angle of the beam, degrees: 90 is horizontal, more looks down. */
  readonly tiltDeg: number
  /** Elements of the vertical array, half a wavelength apart. */
  readonly elements: number
  readonly elementGainDb: number
  /** Between the directions in which an element is down by 3 dB, degrees, both across and upright. */
  readonly beamwidthDeg: number
  /** The most that an element is down by, to the side, upwards or behind, dB. */
  readonly attenuationDb: number
}

const RADIANS = Math.PI / 180

/**
 * Power gains, linear, of the sectors of a site towards a client so far away along x, y and upwards, m, written from `start` on:
 * the element of 3GPP TR 38.901, Table 7.3-1, times the gain of the array.
 */
export function fillSectorGains(
  { count, azimuthDeg, tiltDeg, elements, elementGainDb, beamwidthDeg, attenuationDb }: Sectors,
  towards: { readonly x: number; readonly y: number; readonly z: number },
  gains: Float64Array,
  start: number,
): void {
  const { x, y, z } = towards
  const distance = Math.sqrt(x * x + y * y + z * z)
  const cosine = distance === 0 ? 0 : z / distance
  const upright = Math.min(12 * ((Math.acos(cosine) / RADIANS - 90) / beamwidthDeg) ** 2, attenuationDb)
  const array = arrayGain(elements, Math.PI * (cosine - Math.cos(tiltDeg * RADIANS)))
  const azimuth = Math.atan2(y, x) / RADIANS
  for (let sector = 0; sector < count; sector++) {
    const turned = azimuth - azimuthDeg - (360 / count) * sector
    const aside = turned - 360 * Math.round(turned / 360)
    const across = Math.min(12 * (aside / beamwidthDeg) ** 2, attenuationDb)
    const elementDb = elementGainDb - Math.min(upright + across, attenuationDb)
    gains[start + sector] = array * Math.exp(elementDb * (Math.LN10 / 10))
  }
}

/** |sin(Mψ/2) / sin(ψ/2)|² / M of M elements whose phases differ by ψ. */
function arrayGain(elements: number, phase: number): number {
  const half = Math.sin(phase / 2)
  if (Math.abs(half) < 1e-9) return elements
  return (Math.sin((elements * phase) / 2) / half) ** 2 / elements
}
