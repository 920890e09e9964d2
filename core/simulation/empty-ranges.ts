import { type Problem, UserError } from '../errors.js'
import { ROUNDING } from '../network/decision.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { LoadedScenario } from '../scenario/load.js'

/** Refuses variables that are opened between bounds that leave some client no value at all. */
export function refuseEmptyRanges(
  { scenario: { decisions }, problemAt }: Pick<LoadedScenario, 'scenario' | 'problemAt'>,
  { bounds = {}, clientPowerW, clientClockHz, clientSamples }: NetworkParameters,
): void {
  const empty = (
    key: 'power' | 'clock' | 'samples',
    limit: string,
    most: Float64Array | undefined,
    least = 0,
    levels?: Float64Array,
    shown = (value: number) => `${value}`,
  ): Problem[] => {
    const fits = (value: number, up: number) =>
      value >= least * (1 - ROUNDING) && value <= up * (1 + ROUNDING)
    const client =
      most?.findIndex((up) => !(levels ? levels.some((level) => fits(level, up)) : fits(up, up))) ?? -1
    if (decisions[key] === null || !most || client < 0) return []
    return [
      problemAt(
        `decisions.${key}`,
        `leaves nothing to choose for client ${client}, which has ${shown(most[client])}; expected ${levels ? 'a level' : 'a minimum'} up to its ${limit}`,
      ),
    ]
  }
  const dbm = (watts: number) => `${Number((10 * Math.log10(1000 * watts)).toPrecision(6))} dBm`
  const problems = [
    ...empty('power', 'powerDbm', clientPowerW, bounds.leastPowerW, bounds.powerLevelsW, dbm),
    ...empty(
      'clock',
      'clockHz',
      clientClockHz,
      bounds.leastClockHz,
      bounds.clockLevelsHz,
      (hertz) => `${hertz} Hz`,
    ),
    ...empty('samples', 'samplesPerRound', clientSamples, bounds.leastSamples),
  ]
  if (problems.length > 0) throw new UserError(problems)
}
