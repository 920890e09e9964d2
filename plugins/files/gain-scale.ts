import { fromDecibels, Type } from '../../core/plugin/index.js'

/** How a file writes its gains. */
export type GainScale = 'linear' | 'db'

/** The option that says so. */
export const gainScale = Type.Enum(['linear', 'db'], {
  default: 'linear',
  description: 'whether gains are linear power gains or dB; a gain is the negative of a path loss',
})

/** The linear power gain that a file's value stands for; check it with `isGain`. */
export const linearGain = (value: number, scale: GainScale): number =>
  scale === 'db' ? fromDecibels(value) : value

/** Finite and not negative; 0 is a blocked link. */
export const isGain = (gain: number): boolean => gain >= 0 && gain < Number.POSITIVE_INFINITY

/** What to say of a value that is no gain. */
export function refusedGain(value: number, scale: GainScale): string {
  if (scale === 'db') return `expected a gain in dB, -inf where the link is blocked, found ${value}`
  const hint = value < 0 ? '; if these are dB, set scale: db' : ''
  return `expected a finite gain of at least 0, found ${value}${hint}`
}
