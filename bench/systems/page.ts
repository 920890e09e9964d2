import type { Verdict } from '../../core/suite/analysis/claims.js'
import type { PublishedSystem } from './systems.js'

/** What stands on a system's page. */
export function pageOf(system: PublishedSystem, verdicts: readonly Verdict[], made: string): string {
  const { title, paper, claims, theirs, ours, missing, held, scenario } = system
  const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n')
  return `# ${title}

${paper}. Scenario: [${scenario}.yaml](../../scenarios/systems/${scenario}.yaml).

**The paper:** ${claims}

| here | figure | expected | measured | verdict |
|---|---|---|---|---|
${verdicts.map(rowOf).join('\n')}

Held to: ${held}.

The paper's formulas:

${list(theirs)}

Ours:

${list(ours)}

Not in it:

${list(missing)}

${made}
`
}

function rowOf({ claim, figure, expected, ratio, verdict, remark }: Verdict): string {
  const measured =
    ratio === undefined
      ? '–'
      : Number.isNaN(ratio.low)
        ? shown(ratio.value)
        : `${shown(ratio.value)} (${shown(ratio.low)} to ${shown(ratio.high)})`
  const notes = [claim.note, remark].filter((note) => note !== undefined && note !== '')
  return `| ${claim.claim}${notes.length > 0 ? ` (${notes.join('; ')})` : ''} | ${figure} | ${expected} | ${measured} | **${verdict}** |`
}

const shown = (value: number): string => String(Number(value.toPrecision(4)))
