// Batched matrix product in all transpositions, with bias and activation, over threads.

import { MATMUL } from './dispatch'
import { gemm } from './gemm'
import { rowsTimesMatrix } from './row-product'
import { argument, chunksFor, firstUnit, parallel, setArgument, threads } from './threads'

/** Multiply-adds below which a product is cut into as many pieces as there are threads. */
const SMALL: f64 = 16_000_000

/**
 * c[batch] = activation(op(a[batch])·op(b[batch]) + bias[batch]). Sizes in elements: op(a) is m × k, op(b) is k × n.
 * Batch strides in elements; zero broadcasts. `bias` may be 0.
 */
export function matmul(
  a: usize,
  b: usize,
  c: usize,
  bias: usize,
  batch: i32,
  aBatch: i32,
  bBatch: i32,
  biasBatch: i32,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  activation: i32,
  accumulate: bool,
): void {
  setArgument<usize>(0, a)
  setArgument<usize>(1, b)
  setArgument<usize>(2, c)
  setArgument<usize>(3, bias)
  setArgument<i32>(4, batch)
  setArgument<i32>(5, aBatch)
  setArgument<i32>(6, bBatch)
  setArgument<i32>(7, biasBatch)
  setArgument<i32>(8, m)
  setArgument<i32>(9, n)
  setArgument<i32>(10, k)
  setArgument<i32>(11, i32(transposeA))
  setArgument<i32>(12, i32(transposeB))
  setArgument<i32>(13, activation)
  setArgument<i32>(14, i32(accumulate))
  let pieces = 1
  let alongRows = false
  if (batch < threads * 2) {
    // Cut the longer side of C: whoever takes a piece packs all of the other operand for it.
    alongRows = m > n
    const panels = alongRows ? (m + 3) >> 2 : (n + 7) >> 3
    const work = <f64>m * n * k
    pieces = chunksFor(panels, work / panels)
    // Twice as many pieces as threads even out what else the processors do; in small products, packing outweighs that.
    pieces = min(pieces, work < SMALL ? threads : 2 * threads)
  }
  setArgument<i32>(15, pieces)
  setArgument<i32>(16, i32(alongRows))
  const units = batch * pieces
  parallel(MATMUL, pieces > 1 ? min(units, 1024) : chunksFor(units, <f64>m * n * k))
}

export function matmulChunk(chunk: i32, chunks: i32): void {
  const a = argument<usize>(0)
  const b = argument<usize>(1)
  const c = argument<usize>(2)
  const bias = argument<usize>(3)
  const batch = argument<i32>(4)
  const aBatch = (<usize>argument<i32>(5)) << 2
  const bBatch = (<usize>argument<i32>(6)) << 2
  const biasBatch = (<usize>argument<i32>(7)) << 2
  const m = argument<i32>(8)
  const n = argument<i32>(9)
  const k = argument<i32>(10)
  const transposeA = argument<i32>(11) !== 0
  const transposeB = argument<i32>(12) !== 0
  const activation = argument<i32>(13)
  const accumulate = argument<i32>(14) !== 0
  const pieces = argument<i32>(15)
  const alongRows = argument<i32>(16) !== 0
  const aRow: usize = transposeA ? 4 : (<usize>k) << 2
  const aStep: usize = transposeA ? (<usize>m) << 2 : 4
  const bStep: usize = transposeB ? 4 : (<usize>n) << 2
  const bColumn: usize = transposeB ? (<usize>k) << 2 : 4
  const units = batch * pieces
  const end = firstUnit(chunk + 1, chunks, units)
  for (let unit = firstUnit(chunk, chunks, units); unit < end; unit++) {
    const item = <usize>(unit / pieces)
    const piece = unit % pieces
    let m0 = 0,
      m1 = m,
      n0 = 0,
      n1 = n
    if (alongRows) {
      m0 = firstUnit(piece, pieces, (m + 3) >> 2) << 2
      m1 = min(m, firstUnit(piece + 1, pieces, (m + 3) >> 2) << 2)
    } else {
      n0 = firstUnit(piece, pieces, (n + 7) >> 3) << 3
      n1 = min(n, firstUnit(piece + 1, pieces, (n + 7) >> 3) << 3)
    }
    const aHere = a + item * aBatch + <usize>m0 * aRow
    const bHere = b + item * bBatch + <usize>n0 * bColumn
    const cHere = c + ((item * m * n + <usize>m0 * n + n0) << 2)
    const biasHere = bias !== 0 ? bias + item * biasBatch + ((<usize>n0) << 2) : 0
    if (m < 4 && !transposeB) {
      rowsTimesMatrix(aHere, aRow, aStep, bHere, bStep, cHere, (<usize>n) << 2, m, n1 - n0, k, accumulate, biasHere, activation)
    } else {
      gemm(
        aHere,
        aRow,
        aStep,
        bHere,
        bStep,
        bColumn,
        cHere,
        (<usize>n) << 2,
        m1 - m0,
        n1 - n0,
        k,
        accumulate,
        biasHere,
        activation,
      )
    }
  }
}
