// What robust aggregators do with a stretch of every update's weights: put each coordinate's values in order, and add up the
// squared distances of every two. Addresses are in bytes; lengths are multiples of four elements.

const MAGNITUDE: i32 = 0x7fffffff
const INFINITY: i32 = 0x7f800000

/**
 * The bits of floating-point numbers as integers of the same order: those of negative ones stand the other way round. What
 * is not a number counts as infinite.
 */
export function toKeys(at: usize, bytes: usize): void {
  const magnitude = i32x4.splat(MAGNITUDE)
  const infinity = i32x4.splat(INFINITY)
  for (const end = at + bytes; at < end; at += 16) {
    const bits = v128.load(at)
    const key = v128.xor(bits, v128.and(i32x4.shr_s(bits, 31), magnitude))
    v128.store(at, v128.bitselect(infinity, key, i32x4.gt_s(v128.and(bits, magnitude), infinity)))
  }
}

export function toValues(at: usize, bytes: usize): void {
  const magnitude = i32x4.splat(MAGNITUDE)
  for (const end = at + bytes; at < end; at += 16) {
    const key = v128.load(at)
    v128.store(at, v128.xor(key, v128.and(i32x4.shr_s(key, 31), magnitude)))
  }
}

/** Goes through exchanges, pairs of words at `list`: the smaller keys of a pair of stretches to the first, the others to the second. */
export function exchange(list: usize, exchanges: i32, keys: usize, bytes: usize): void {
  for (const end = list + ((<usize>exchanges) << 3); list < end; list += 8) {
    let low = keys + <usize>load<u32>(list, 0) * bytes
    let high = keys + <usize>load<u32>(list, 4) * bytes
    for (const last = low + bytes; low < last; low += 16, high += 16) {
      const a = v128.load(low)
      const b = v128.load(high)
      v128.store(low, i32x4.min_s(a, b))
      v128.store(high, i32x4.max_s(a, b))
    }
  }
}

/** Single precision to double. */
export function widen(from: usize, to: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 8, to += 16) {
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)))
  }
}

/** sums[i × count + j] += ‖v_i − v_j‖² for i < j, over `count` stretches of so many bytes in double precision. */
export function addSquaredDistances(vectors: usize, count: i32, bytes: usize, sums: usize): void {
  for (let i = 0; i < count; i++) {
    const a = vectors + <usize>i * bytes
    const row = sums + ((<usize>(i * count)) << 3)
    // Two at a time: an addition waits for the one before it.
    for (let j = i + 1; j < count; j += 2) {
      const b = vectors + <usize>j * bytes
      const c = j + 1 < count ? b + bytes : b
      let b0 = f64x2.splat(0),
        b1 = b0,
        c0 = b0,
        c1 = b0
      for (let at: usize = 0; at < bytes; at += 32) {
        const low = v128.load(a + at, 0)
        const high = v128.load(a + at, 16)
        let d = f64x2.sub(low, v128.load(b + at, 0))
        b0 = f64x2.add(b0, f64x2.mul(d, d))
        d = f64x2.sub(high, v128.load(b + at, 16))
        b1 = f64x2.add(b1, f64x2.mul(d, d))
        d = f64x2.sub(low, v128.load(c + at, 0))
        c0 = f64x2.add(c0, f64x2.mul(d, d))
        d = f64x2.sub(high, v128.load(c + at, 16))
        c1 = f64x2.add(c1, f64x2.mul(d, d))
      }
      add(row + ((<usize>j) << 3), b0, b1)
      if (c !== b) add(row + ((<usize>(j + 1)) << 3), c0, c1)
    }
  }
}

// @inline
function add(at: usize, low: v128, high: v128): void {
  const sum =
    f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  store<f64>(at, load<f64>(at) + sum)
}
