import { largestOf } from '../../statistics/extremes.js'
import type { CellInHand } from './cell-runner.js'
import type { Cell } from './cells.js'

/** What is to be done, and what is left of it in time. */
export class WorkLeft {
  readonly #cells: readonly Cell[]
  #taken = 0
  /** Rounds that are waiting, by what their time depends on. */
  readonly #waiting = new Map<string, number>()
  readonly #workers: number
  /** Rounds and seconds of finished cells, by what their time depends on. */
  readonly #known = new Map<string, { rounds: number; seconds: number }>()

  constructor(cells: readonly Cell[], workers: number) {
    this.#cells = cells
    for (const cell of cells) this.#wait(cell, cell.rounds)
    this.#workers = workers
  }

  take(): Cell | undefined {
    const cell = this.#cells[this.#taken]
    if (!cell) return undefined
    this.#taken++
    this.#wait(cell, -cell.rounds)
    return cell
  }

  #wait(cell: Cell, rounds: number): void {
    this.#waiting.set(kindOf(cell), (this.#waiting.get(kindOf(cell)) ?? 0) + rounds)
  }

  /** How long a cell took, s. */
  learn(cell: Cell, seconds: number): void {
    const known = this.#known.get(kindOf(cell)) ?? { rounds: 0, seconds: 0 }
    this.#known.set(kindOf(cell), { rounds: known.rounds + cell.rounds, seconds: known.seconds + seconds })
  }

  /** Wall-clock time that is left, s; NaN before any cell has ended. */
  secondsLeft(inHand: readonly CellInHand[]): number {
    const left = inHand.map(({ cell, played, elapsed }) => {
      const perRound = played > 0 ? elapsed / played : this.#secondsPerRound(kindOf(cell))
      return perRound * Math.max(0, cell.rounds - played)
    })
    const waiting = [...this.#waiting].flatMap(([kind, rounds]) =>
      rounds > 0 ? [this.#secondsPerRound(kind) * rounds] : [],
    )
    const all = [...left, ...waiting].reduce((sum, seconds) => sum + seconds, 0)
    return largestOf([all / this.#workers, ...left])
  }

  /** As cells of this kind took, else as all took; NaN where none has ended. */
  #secondsPerRound(kind: string): number {
    const own = this.#known.get(kind)
    if (own) return own.seconds / own.rounds
    const all = [...this.#known.values()]
    const sum = (of: 'rounds' | 'seconds') => all.reduce((total, each) => total + each[of], 0)
    return sum('seconds') / sum('rounds')
  }
}

/** Cells of one kind differ in their seed. */
export const kindOf = ({ setting, scheduler }: Pick<Cell, 'setting' | 'scheduler'>): string =>
  `${setting}/${scheduler}`
