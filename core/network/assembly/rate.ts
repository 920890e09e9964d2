// Spectral efficiency by SINR, step by step as in ../rate-curve.ts: Shannon's, cut off and scaled, or a table.

import { log2OnePlus } from './logarithm'
import { real, reserve } from './memory'

const SHANNON: i32 = 0
const TRUNCATED: i32 = 1

let form: i32 = SHANNON
let attenuation: f64 = 1
let inverseGap: f64 = 1
let minimumSinr: f64 = 0
let maximumEfficiency: f64 = Infinity
/** SINRs from which on an efficiency holds, ascending, and the efficiencies, not falling. */
let thresholds: usize = 0
let steps: usize = 0
let count: i32 = 0

/** Takes the curve of a round, after `allocate`; returns where TypeScript writes thresholds and then steps, 0 where there is no room. */
export function setRate(kind: i32, scale: f64, overGap: f64, least: f64, most: f64, length: i32): usize {
  form = kind
  attenuation = scale
  inverseGap = overGap
  minimumSinr = least
  maximumEfficiency = most
  count = length
  thresholds = reserve(2 * length)
  steps = thresholds + ((<usize>length) << 3)
  return thresholds
}

/**
 * How much 1 / log2(1 + S / I) rises at least with I, whatever it is: ln 2 / S, which it comes to as I grows, since it is
 * concave. 0 for other curves, of which nothing is known.
 */
// @inline
export function leastSlope(signal: f64): f64 {
  return form === SHANNON && signal > 0 ? 0.693147180559945 / signal : 0
}

/** Of two SINRs at once, bit/s/Hz. */
// @inline
export function efficienciesOf(sinr: v128): v128 {
  return form === SHANNON ? log2OnePlus(sinr) : other(sinr)
}

function other(sinr: v128): v128 {
  if (form === TRUNCATED) {
    const scaled = f64x2.mul(f64x2.splat(attenuation), log2OnePlus(f64x2.mul(sinr, f64x2.splat(inverseGap))))
    const limited = f64x2.min(scaled, f64x2.splat(maximumEfficiency))
    return v128.and(limited, f64x2.ge(sinr, f64x2.splat(minimumSinr)))
  }
  return f64x2(step(f64x2.extract_lane(sinr, 0)), step(f64x2.extract_lane(sinr, 1)))
}

function step(sinr: f64): f64 {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (real(thresholds, middle) <= sinr) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : real(steps, low - 1)
}

/** Efficiencies are compared with this much slack, more than rounding can do. */
const SLACK: f64 = 1 - 1e-12

/** A little less than the least SINR with so much efficiency; Infinity where none has. */
export function leastSinr(efficiency: f64): f64 {
  if (form === SHANNON) return shannonSinr(efficiency)
  const needed = efficiency * SLACK
  if (form === TRUNCATED) {
    if (needed > maximumEfficiency) return Infinity
    return max(minimumSinr, shannonSinr(needed / attenuation) / inverseGap)
  }
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (real(steps, middle) >= needed) high = middle
    else low = middle + 1
  }
  return low === count ? Infinity : real(thresholds, low)
}

/** A little less than 2^efficiency - 1: of the series of the fraction's power seven terms, all positive. */
function shannonSinr(efficiency: f64): f64 {
  const n = floor(min(efficiency, 1000))
  const x = (min(efficiency, 1000) - n) * 0.6931471805599453
  const power = x * (1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + (x / 5) * (1 + x / 6)))))
  const scale = reinterpret<f64>((<u64>n + 1023) << 52)
  return scale * power + (scale - 1)
}
