// The few vector functions that kernels share. Coefficients are immediates: a module on a borrowed heap has no data of its own.

/** a·b + c, fused where the build has relaxed SIMD. */
// @inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/** Sum of the four lanes, in pairs. */
// @inline
export function sumLanes(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
}

/** Greatest of the four lanes. */
// @inline
export function maxLanes(x: v128): f32 {
  return max(max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)), max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)))
}

/**
 * e^x to 2 units in the last place. x = n·ln 2 + r with |r| ≤ ln 2 / 2; e^r is a polynomial, 2^n goes into the exponent
 * in two halves, so that results reach from denormal to infinity. NaN stays NaN.
 */
export function exp4(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-104)), f32x4.splat(89))
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)))
  let r = madd(n, f32x4.splat(-0.693359375), bounded)
  r = madd(n, f32x4.splat(2.1219444e-4), r)
  let p = f32x4.splat(1.98756915e-4)
  p = madd(p, r, f32x4.splat(1.3981999507e-3))
  p = madd(p, r, f32x4.splat(8.3334519073e-3))
  p = madd(p, r, f32x4.splat(4.1665795894e-2))
  p = madd(p, r, f32x4.splat(1.6666665459e-1))
  p = madd(p, r, f32x4.splat(5.0000001201e-1))
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1))
  const whole = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(whole, 1)
  const bias = i32x4.splat(127)
  const low = i32x4.shl(i32x4.add(half, bias), 23)
  const high = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23)
  return f32x4.mul(f32x4.mul(p, low), high)
}

/** 1 / (1 + e^−x). */
// @inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1)
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))))
}

/** tanh x: a polynomial near zero, where 1 − 2 / (e^2x + 1) cancels. */
export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1)
  const size = f32x4.abs(x)
  const e = exp4(f32x4.add(size, size))
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)))
  const sign = v128.and(x, i32x4.splat(0x80000000))
  const s = f32x4.mul(x, x)
  let p = f32x4.splat(-5.70498872745e-3)
  p = madd(p, s, f32x4.splat(2.06390887954e-2))
  p = madd(p, s, f32x4.splat(-5.37397155531e-2))
  p = madd(p, s, f32x4.splat(1.33314422036e-1))
  p = madd(p, s, f32x4.splat(-3.33332819422e-1))
  const near = madd(f32x4.mul(p, s), x, x)
  return v128.bitselect(v128.or(far, sign), near, f32x4.ge(size, f32x4.splat(0.625)))
}

/** ln x for a positive normal x: mantissa by polynomial, exponent added in two parts. */
export function logarithm(x: f32): f32 {
  const bits = reinterpret<i32>(x)
  let exponent = (bits >> 23) - 126
  let m = reinterpret<f32>((bits & 0x007fffff) | 0x3f000000)
  if (m < <f32>0.707106781186547524) {
    exponent -= 1
    m = m + m - 1
  } else m = m - 1
  const z = m * m
  let y: f32 = 7.0376836292e-2
  y = y * m - <f32>1.151461031e-1
  y = y * m + <f32>1.167699874e-1
  y = y * m - <f32>1.2420140846e-1
  y = y * m + <f32>1.4249322787e-1
  y = y * m - <f32>1.6668057665e-1
  y = y * m + <f32>2.0000714765e-1
  y = y * m - <f32>2.4999993993e-1
  y = y * m + <f32>3.3333331174e-1
  y = y * m * z
  const e = <f32>exponent
  y += e * <f32>-2.1219444e-4
  y -= <f32>0.5 * z
  return m + y + e * <f32>0.693359375
}
