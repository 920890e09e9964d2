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
  const shares = Array.from({ length: count }, () => ({
    cells: new Set<Cell>(),
    size: 0,
    byScheduler: new Map<string, number>(),
  }))
  for (const cell of cells.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    const { scheduler } = cell
    const least = shares.reduce((best, share) => {
      const [own, other] = [share, best].map(({ byScheduler }) => byScheduler.get(scheduler) ?? 0)
      return own! < other! || (own === other && share.size < best.size) ? share : best
    })
    least.byScheduler.set(scheduler, (least.byScheduler.get(scheduler) ?? 0) + sizeOf(cell))
    least.size += sizeOf(cell)
    least.cells.add(cell)
  }
  return cells.filter((cell) => shares[index - 1]?.cells.has(cell))
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
    const [least] = shares
    if (!least) break
    least.items.push(item)
    least.seconds += item.seconds
    sink(shares)
  }
  return shares.toSorted((a, b) => b.seconds - a.seconds).map((share) => share.items)
}

/** Puts the top of a heap where it belongs. */
function sink(heap: { seconds: number }[]): void {
  const [top] = heap
  if (!top) return
  for (let at = 0; ; ) {
    let least = top
    let place = at
    for (const child of [2 * at + 1, 2 * at + 2]) {
      const below = heap[child]
      if (!below || !(below.seconds < least.seconds)) continue
      least = below
      place = child
    }
    heap[at] = least
    if (place === at) return
    at = place
  }
}
