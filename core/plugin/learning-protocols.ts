/** What a scenario's clients can learn by, `learning.protocol`: whose bodies, how clients meet them, what becomes of heads. */
export const learningProtocols = [
  'collaborative',
  'splitfed-v1',
  'splitfed-v2',
  'split',
  'federated',
  'centralized',
] as const

/** One of these names. */
export type LearningProtocol = (typeof learningProtocols)[number]

/** Those in which each client trains a body of its own: any protocol of processes can put these together. */
const ofOwnBodies: readonly LearningProtocol[] = ['federated', 'splitfed-v1']

type Declared =
  | readonly LearningProtocol[]
  | ((options: Readonly<Record<string, unknown>>) => readonly LearningProtocol[])

/** What can be learned under a protocol of processes with these options; the first is its own, which holds where a scenario says none. */
export function carriedBy(
  { carries = ofOwnBodies }: { readonly carries?: Declared },
  options: Readonly<Record<string, unknown>>,
): readonly LearningProtocol[] {
  return typeof carries === 'function' ? carries(options) : carries
}
