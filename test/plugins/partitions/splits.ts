import { RandomStreams } from '../../../core/kernel/index.js'
import { builtIn } from '../support.js'

/** Labels in turn: as many of each class. */
const labelsInTurn = (samples: number, classes: number): Int32Array =>
  Int32Array.from({ length: samples }, (_, i) => i % classes)

interface Task {
  readonly samples?: number
  readonly classes?: number
  readonly clients?: number
  readonly seed?: number
}

/** Splits a task whose classes are as frequent as each other. */
export async function splitBy(
  name: string,
  options: Record<string, unknown> = {},
  { samples = 1000, classes = 10, clients = 8, seed = 1 }: Task = {},
): Promise<{ lists: Int32Array[]; labels: Int32Array }> {
  const partition = await builtIn('partition', name, options)
  const labels = labelsInTurn(samples, classes)
  const random = new RandomStreams(seed).stream('partition')
  return { lists: partition.split({ labels, classes, clients, random }), labels }
}

/** How many samples of each class a client has. */
export function classCounts(list: Int32Array, labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const index of list) counts[labels[index]]++
  return counts
}
