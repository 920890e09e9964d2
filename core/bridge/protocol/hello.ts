import { UserError } from '../../errors.js'
import { nearestName } from '../../nearest.js'
import { informationTiers } from '../../plugin/tiers.js'
import { autoresetModes } from '../environments/batch.js'
import { type EnvironmentOptions, games, rewardForms } from '../environments/environment.js'

/** Changes with the meaning of any frame. */
export const PROTOCOL = 1

/** What begins the conversation. */
export interface Hello {
  readonly protocol: number
  /** The path of a scenario, or its text with `file` for where it would be. */
  readonly scenario?: string
  readonly text?: string
  readonly set: readonly string[]
  readonly seed?: number
  readonly envs: number
  readonly autoreset: (typeof autoresetModes)[number]
  readonly options: Partial<EnvironmentOptions>
}

/** What one may be told to be, with what it must be. */
const choices: Readonly<Record<string, readonly string[]>> = {
  game: games,
  tier: informationTiers,
  reward: rewardForms,
  actions: ['slots', 'shortlist'],
  conflicts: ['repair', 'interfere'],
  autoreset: autoresetModes,
}
const counts = ['shortlist', 'rounds', 'envs']
const MOST_ENVIRONMENTS = 65_536

/** Checks what was said; a `UserError` names what is wrong. */
export function parseHello(said: unknown): Hello {
  if (typeof said !== 'object' || said === null) throw new UserError('hello: expected a mapping')
  const { protocol, scenario, text, set, seed, envs, autoreset, options } = said as Record<string, unknown>
  if (protocol !== PROTOCOL)
    throw new UserError(
      `protocol version ${String(protocol)}, expected ${PROTOCOL}: the Python package and cotwin are of different versions; install both from one place`,
    )
  for (const [name, value, is] of [
    ['scenario', scenario, 'string'],
    ['text', text, 'string'],
    ['seed', seed, 'number'],
  ] as const)
    if ((value ?? null) !== null && typeof value !== is)
      throw new UserError(`${name}: got ${JSON.stringify(value)}, expected a ${is}`)
  if ((set ?? null) !== null && !(Array.isArray(set) && set.every((each) => typeof each === 'string')))
    throw new UserError(`set: got ${JSON.stringify(set)}, expected a list of texts "key=value"`)
  const chosen = checked({
    ...((options ?? {}) as object),
    envs: envs ?? 1,
    autoreset: autoreset ?? 'next-step',
  })
  const { envs: count, autoreset: mode, ...rest } = chosen
  if ((count as number) > MOST_ENVIRONMENTS)
    throw new UserError(`envs: got ${String(count)}, expected at most ${MOST_ENVIRONMENTS}`)
  return {
    protocol,
    ...(typeof scenario === 'string' && { scenario }),
    ...(typeof text === 'string' && { text }),
    set: (set ?? []) as string[],
    ...(typeof seed === 'number' && { seed }),
    envs: count as number,
    autoreset: mode as Hello['autoreset'],
    options: rest as Partial<EnvironmentOptions>,
  }
}

function checked(given: Record<string, unknown>): Record<string, unknown> {
  const known = [...Object.keys(choices), ...counts]
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) {
      delete given[name]
      continue
    }
    const allowed = Object.hasOwn(choices, name) ? choices[name] : undefined
    if (allowed) refuseOther(name, value, allowed)
    else if (counts.includes(name)) {
      if (!Number.isInteger(value) || (value as number) < 1)
        throw new UserError(`${name}: got ${JSON.stringify(value)}, expected a whole number from 1`)
    } else {
      const suggestion = nearestName(name, known)
      throw new UserError({
        message: `${name} is no option of an environment; there are ${known.join(', ')}`,
        ...(suggestion !== undefined && { suggestion }),
      })
    }
  }
  return given
}

function refuseOther(name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return
  const suggestion = nearestName(String(value), allowed)
  throw new UserError({
    message: `${name}: got ${JSON.stringify(value)}, expected ${allowed.join(', ')}`,
    ...(suggestion !== undefined && { suggestion }),
  })
}
