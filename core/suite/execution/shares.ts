import type { Cell } from './cells.js'

/** What a cell takes compared with others, where nothing was measured: rounds × clients. */
export const sizeOf = ({ rounds, clients }: Pick<Cell, 'rounds' | 'clients'>): number => rounds * clients

/**
 * The share `index` of `count`, from 1.
 *
 * Every process works it out for itself, so it goes by the suite alone: the largest cells first, each to the share that
 * has the least of its scheduler, and among those to the one that has the least of all. However much slower one
 * scheduler is than another, no share has much more of it than the others.
 */
export function shardOf(cells: readonly Cell[], index: number, count: number): Cell[] {
  const all = new Float64Array(count)
  const own = new Map<string, Float64Array>()
  const mine = new Set<Cell>()
  for (const cell of cells.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    const ofScheduler = own.get(cell.scheduler) ?? new Float64Array(count)
    own.set(cell.scheduler, ofScheduler)
    let share = 0
    for (let i = 1; i < count; i++)
      if (
        ofScheduler[i] < ofScheduler[share] ||
        (ofScheduler[i] === ofScheduler[share] && all[i] < all[share])
      )
        share = i
    ofScheduler[share] += sizeOf(cell)
    all[share] += sizeOf(cell)
    if (share === index - 1) mine.add(cell)
  }
  return cells.filter((cell) => mine.has(cell))
}

/** Something that takes so many seconds. */
export interface Timed<T> {
  readonly item: T
  readonly seconds: number
}

/**
 * Spreads what takes different times over so many shares: the longest first, each to the share that has the least (Graham,
 * 1969: at most 4/3 - 1/(3n) times as long as the best there is). Shares come longest first, without those that are empty.
 */
export function balanced<T>(items: readonly Timed<T>[], count: number): Timed<T>[][] {
  const shares = Array.from({ length: Math.min(count, items.length) }, () => ({
    seconds: 0,
    items: [] as Timed<T>[],
  }))
  // A heap by seconds, its smallest at the top.
  for (const item of items.toSorted((a, b) => b.seconds - a.seconds)) {
    const least = shares[0]
    least.items.push(item)
    least.seconds += item.seconds
    sink(shares)
  }
  return shares.toSorted((a, b) => b.seconds - a.seconds).map((share) => share.items)
}

/** Puts the top of a heap where it belongs. */
function sink(heap: { seconds: number }[]): void {
  for (let at = 0; ; ) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && heap[child].seconds < heap[least].seconds) least = child
    if (least === at) return
    ;[heap[at], heap[least]] = [heap[least], heap[at]]
    at = least
  }
}
