// The commonest pooling: windows of 2 × 2 side by side, inside the image, over channels in whole vectors. Every element of the
// input is in one window, so that gradients are written once and nothing is added up.

/** Greatest of each window of a line of outputs; `top` is the upper of the two lines of the input, `line` the bytes of one. */
export function greatestOfQuads(top: usize, line: usize, pixel: usize, out: usize, outW: i32): void {
  for (let ox = 0; ox < outW; ox++) {
    const bottom = top + line
    for (let c: usize = 0; c < pixel; c += 16) {
      const upper = f32x4.max(v128.load(top + c), v128.load(top + pixel + c))
      const lower = f32x4.max(v128.load(bottom + c), v128.load(bottom + pixel + c))
      v128.store(out + c, f32x4.max(upper, lower))
    }
    top += pixel << 1
    out += pixel
  }
}

/** dx of a line of outputs: the slope at the first greatest element of each window, in row order, and 0 at the others. */
export function spreadToQuads(x: usize, line: usize, pixel: usize, y: usize, dy: usize, dx: usize, outW: i32): void {
  for (let ox = 0; ox < outW; ox++) {
    for (let c: usize = 0; c < pixel; c += 16) {
      const at = x + c
      const to = dx + c
      const best = v128.load(y + c)
      // Not a slope of -0: sums of windows begin with 0.
      const slope = f32x4.add(v128.load(dy + c), f32x4.splat(0))
      const first = f32x4.eq(v128.load(at), best)
      v128.store(to, v128.and(first, slope))
      let taken = first
      let hit = v128.andnot(f32x4.eq(v128.load(at + pixel), best), taken)
      v128.store(to + pixel, v128.and(hit, slope))
      taken = v128.or(taken, hit)
      hit = v128.andnot(f32x4.eq(v128.load(at + line), best), taken)
      v128.store(to + line, v128.and(hit, slope))
      taken = v128.or(taken, hit)
      hit = v128.andnot(f32x4.eq(v128.load(at + line + pixel), best), taken)
      v128.store(to + line + pixel, v128.and(hit, slope))
    }
    x += pixel << 1
    dx += pixel << 1
    y += pixel
    dy += pixel
  }
}
