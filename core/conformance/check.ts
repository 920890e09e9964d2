import { isDeepStrictEqual } from 'node:util'
import { UserError } from '../errors.js'

/** What a check came to. */
export interface CheckResult {
  readonly name: string
  /** `refused`: the plugin said, with a `UserError`, that what it was asked for is beyond it. */
  readonly outcome: 'passed' | 'failed' | 'refused'
  /** What went wrong, why it refused, or what was measured. */
  readonly detail?: string
}

/** One promise of a contract, and how to see whether a plugin keeps it. */
export interface Check {
  readonly name: string
  /**
   * Resolves with what was measured, if anything, or with why the plugin refused.
   *
   * @throws Broken where the promise is not kept; whatever else the plugin throws comes through.
   */
  run(): Promise<CheckResult>
}

/** A promise that a plugin does not keep, in words for its author. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/** Throws {@link Broken} unless the promise holds. */
export function expectThat(holds: boolean, message: string | (() => string)): asserts holds {
  if (!holds) throw new Broken(typeof message === 'string' ? message : message())
}

/** Throws {@link Broken} unless two values are equal throughout, numbers exactly. */
export function expectEqual(found: unknown, expected: unknown, message: string): void {
  expectThat(isDeepStrictEqual(found, expected), message)
}

/** A check of that name; `look` returns what it measured, if anything. */
export const check = (name: string, look: () => Promise<string | undefined> | string | undefined): Check => ({
  name,
  async run() {
    try {
      const detail = await look()
      return { name, outcome: 'passed', ...(detail !== undefined && { detail }) }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return { name, outcome: 'refused', detail: error.problems.map(({ message }) => message).join('; ') }
    }
  },
})

/** Runs checks one after the other, each told by its name before it begins; what they throw is their result. */
export async function runChecks(
  checks: readonly Check[],
  onCheck: (name: string) => void = () => {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const each of checks) {
    onCheck(each.name)
    results.push(await resultOf(each))
  }
  return results
}

async function resultOf(each: Check): Promise<CheckResult> {
  try {
    return await each.run()
  } catch (error) {
    const failed = { name: each.name, outcome: 'failed' } as const
    if (error instanceof Broken) return { ...failed, detail: error.message }
    const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { ...failed, detail: `it threw ${thrown}` }
  }
}
