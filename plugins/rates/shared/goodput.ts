import { fromDecibels, type RateTable } from '../../../core/plugin/index.js'

/** A modulation and code: what it carries, bit/s/Hz, and the SINR at which one block in ten is lost, dB. */
export interface Scheme {
  readonly efficiency: number
  readonly thresholdDb: number
}

/** How blocks that are lost are sent again. */
export interface Retransmission {
  /** `arq`: each transmission stands alone; `chase`: their SINRs add up. */
  readonly combining: 'arq' | 'chase'
  /** At most, the first one included. */
  readonly transmissions: number
  /** How steeply losses fall with the SINR: of the logit, per dB. */
  readonly slopePerDb: number
}

/** The SINRs that a curve is worked out for, dB. */
const [FIRST_DB, LAST_DB, PER_DB] = [-20, 40, 10]

/** Steps at the thresholds: who reaches one, loses nothing. */
export const withoutLosses = (schemes: readonly Scheme[]): RateTable => ({
  form: 'table',
  sinr: Float64Array.from(schemes, ({ thresholdDb }) => fromDecibels(thresholdDb)),
  efficiency: Float64Array.from(schemes, ({ efficiency }) => efficiency),
})

/** Expected goodput of the best scheme at each SINR, in steps of a tenth of a dB, each at its lower end. */
export function withLosses(schemes: readonly Scheme[], retransmission: Retransmission): RateTable {
  const steps = (LAST_DB - FIRST_DB) * PER_DB + 1
  const sinr = new Float64Array(steps)
  const efficiency = new Float64Array(steps)
  let best = 0
  for (let i = 0; i < steps; i++) {
    const db = FIRST_DB + i / PER_DB
    for (const scheme of schemes) best = Math.max(best, goodput(scheme, db, retransmission))
    sinr[i] = fromDecibels(db)
    efficiency[i] = best
  }
  return { form: 'table', sinr, efficiency }
}

/** η (1 - P_N) / Σ P_j, j from 0 to N - 1: P_j is the probability that j transmissions do not suffice, P_0 = 1. */
export function goodput(
  scheme: Scheme,
  sinrDb: number,
  { combining, transmissions, slopePerDb }: Retransmission,
): number {
  let expected = 0
  let lost = 1
  for (let sent = 1; sent <= transmissions; sent++) {
    expected += lost
    const db = combining === 'chase' ? sinrDb + 10 * Math.log10(sent) : sinrDb
    const fails = blockErrorRate(scheme, db, slopePerDb)
    lost = combining === 'chase' ? Math.min(lost, fails) : lost * fails
  }
  return (scheme.efficiency * (1 - lost)) / expected
}

/** A logistic curve through 10 % at the threshold. */
const blockErrorRate = ({ thresholdDb }: Scheme, db: number, slopePerDb: number): number =>
  1 / (1 + 9 * Math.exp(slopePerDb * (db - thresholdDb)))
