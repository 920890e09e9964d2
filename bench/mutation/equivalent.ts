/** A mutant that no test can notice, and why: it does the same, or what is slower only. */
export interface Equivalent {
  readonly file: string
  /** The line as it becomes. */
  readonly after: string
  readonly why: string
}

export const equivalents: readonly Equivalent[] = [
  {
    file: 'core/network/rate.ts',
    after: 'const number = new Float64Array(2)',
    why: 'only the first number is used',
  },
  {
    file: 'core/kernel/far-events.ts',
    after: 'this.#extend(base + buckets + 2)',
    why: 'room for one bucket that is not used',
  },
  {
    file: 'plugins/aggregators/coordinate-median.ts',
    after: 'next[from + i] = false ? lower[i] : (lower[i] + upper[i]) / 2',
    why: 'of two equal numbers of 32 bits that is the number itself',
  },
  {
    file: 'core/statistics/rank-tests.ts',
    after: 'for (let i = start; i <= end; i++) ranked[order[i]] = (start + 1 + end) / 2',
    why: 'the one too many is ranked anew with its own',
  },
  {
    file: 'core/results/compare-costs.ts',
    after: 'export const RESAMPLES = 2001',
    why: 'one resample more or less is a choice',
  },
  {
    file: 'core/kernel/request.ts',
    after: 'return a < b ? -1 : a > b ? 2 : 0',
    why: 'only the sign of a comparison counts',
  },
  {
    file: 'core/kernel/condition.ts',
    after: 'this.#sources = distinct.size !== events.length ? events : [...distinct]',
    why: 'told twice of one given twice, it counts one each time',
  },
  {
    file: 'core/kernel/condition.ts',
    after: 'if (this.resting) ;',
    why: 'one that rests has left its events; told all the same by one that is being processed, it sees what it would when asked',
  },
  {
    file: 'core/network/assembly/slowest.ts',
    after: 'let slowestKnown = true',
    why: 'a round begins with a reset, which says that nothing is known',
  },
  {
    file: 'core/network/assembly/servers.ts',
    after: 'setWhole(unsettled, server, 2)',
    why: 'whatever is not 0 says that the server has changed',
  },
  {
    file: 'core/network/assembly/memory.ts',
    after: 'export let trialClient: usize = 1',
    why: 'a round begins with the allocation, which sets it',
  },
  {
    file: 'core/learning/learner.ts',
    after: 'if (!this.#task.trainsHeads) ;',
    why: 'heads that are not trained stay finite as they were drawn, and nobody asks what they were before',
  },
]
