import type { BenchmarkCase } from './case.js'
import { type Size, sizeName } from './networks.js'
import { runOwn } from './program.js'
import { gainsOf, ladders, memorySteps, readingAllGains, steps } from './scale/ladders.js'

/** The steps of a size, measured together in one process, as often as one of them is asked for again. */
class SizeBench {
  readonly #size: Size
  readonly #steps: readonly string[]
  readonly #measured: Record<string, number>[] = []

  constructor(size: Size) {
    this.#size = size
    this.#steps = stepsAt(size)
  }

  figure(name: string, repetition: number): number {
    const { N, M, K, L = 0 } = this.#size
    while (this.#measured.length <= repetition)
      this.#measured.push(runOwn('scale/measure.ts', [N, M, K, L, this.#steps.join(',')]))
    return this.#measured[repetition][name]
  }
}

const stepsAt = (size: Size): string[] =>
  Object.keys(steps).filter(
    (step) => gainsOf(size) <= steps[step] && !(size.L && readingAllGains.includes(step)),
  )

/** Each step of a round on networks that grow: its processor time, and the peak of the process's memory when it was done. */
export const cases: readonly BenchmarkCase[] = ladders.flatMap(({ name, sizes }) =>
  sizes.flatMap((size) => {
    const bench = new SizeBench(size)
    return stepsAt(size).flatMap((step) =>
      [step, ...(memorySteps.includes(step) ? [`memory/${step}`] : [])].map((figure) => {
        let repetition = 0
        return {
          name: `scale/${name}/${figure}/${sizeName(size)}`,
          unit: figure === step ? 'ms' : 'MiB',
          run: () => bench.figure(figure, repetition++),
        }
      }),
    )
  }),
)
