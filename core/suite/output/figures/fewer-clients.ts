import { servingMost } from '../../../results/comparable.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'

/** Whose costs are those of fewer clients, and compare with no other's; ends in a space, and is empty where all serve as many. */
export function fewerClients(settings: readonly AnalysedSetting[]): string {
  const told = settings.flatMap(({ label, compared }) => {
    const most = servingMost(compared)
    if (compared.length < 2 || most.length === compared.length) return []
    const where = settings.length > 1 ? ` (${label})` : ''
    if (most.length === 0) return [`none serves, and brings to the end, the most${where}`]
    const fewer = compared.filter((row) => !most.includes(row)).map((row) => row.label)
    return [`${fewer.join(', ')}${where}`]
  })
  return told.length === 0
    ? ''
    : `Costs of fewer clients than another’s, lower for that alone: ${told.join('; ')}. `
}
