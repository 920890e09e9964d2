import { intervalOf } from './interval.js'

/** What a scheduler came to in a mode, from one seed. */
export interface Result {
  readonly mode: string
  /** Settings over those of the scenario and the mode. */
  readonly settings: string
  readonly seed: number
  readonly scheduler: string
  /** Cost over that of swap matching in the same rounds: geometric mean, and the ratio of the means. */
  readonly geometricRatio: number
  readonly meanRatio: number
  /** Clients a round that shared a slot. */
  readonly violations: number
  readonly trainingSeconds: number | null
  /** Geometric ratios on the validation rounds in the course of the training, the first before it. */
  readonly validations: readonly number[]
}

/** The results as Markdown, a section for each choice of settings; `allModes` are those that are studied unless told. */
export function studyPage(results: readonly Result[], allModes: readonly string[]): string {
  const choices = [...new Set(results.map(({ settings }) => settings))]
  const sections = choices.map((settings) =>
    section(
      settings,
      results.filter((one) => one.settings === settings),
      allModes,
    ),
  )
  return `# The literal d3qn where it can learn and where it cannot\n\n${INTRODUCTION}\n\n${sections.join('\n')}`
}

const INTRODUCTION = `Cost over that of swap matching in 300 rounds that were not trained on. A seed draws the network, its rounds, and all that a
training draws. Ratios of single rounds spread over many powers of ten, so means over rounds and seeds are geometric, and intervals
(95 %, Student's t over seeds) factors. Weights are those that did best on validation rounds; d3qn is repaired by the base stations.`

function section(settings: string, results: readonly Result[], allModes: readonly string[]): string {
  const seeds = [...new Set(results.map(({ seed }) => seed))].sort((a, b) => a - b)
  const set =
    settings === ''
      ? ''
      : ` ${settings
          .split(' ')
          .map((one) => `--set '${one}'`)
          .join(' ')}`
  const modes = [...new Set(results.map(({ mode }) => mode))]
  const only = modes.length === allModes.length ? '' : modes.map((mode) => ` --modes '${mode}'`).join('')
  const schedulers = [...new Set(results.map(({ scheduler }) => scheduler))]
  // What the repaired agents come to is measured beside those that are not.
  const alone = ['d3qn', 'static'].filter((label) => schedulers.includes(label))
  const which = alone.length === 2 ? '' : alone.map((label) => ` --schedulers ${label}`).join('')
  const groups = [...new Set(results.map(({ mode, scheduler }) => `${mode}|${scheduler}`))].map((key) =>
    results.filter(({ mode, scheduler }) => `${mode}|${scheduler}` === key),
  )
  return [
    `## ${settings === '' ? 'As the scenario has it' : settings}`,
    '',
    `\`npx tsx bench/studies/d3qn-positions.ts DIRECTORY --seeds ${seeds.at(-1)}${only}${which}${set}\``,
    '',
    '| positions | scheduler | seeds | cost / swap matching, geometric mean | ratio of means | untrained | validations in training | shared slots a round | training, s |',
    '|---|---|---|---|---|---|---|---|---|',
    ...groups.map(row),
    '',
  ].join('\n')
}

function row(group: readonly Result[]): string {
  const { mode, scheduler } = group[0]!
  const of = (figure: (one: Result) => number) => group.map(figure)
  const validated = group.filter(({ validations }) => validations.length > 1)
  const untrained = validated.map(({ validations }) => validations[0]!)
  const later = validated.flatMap(({ validations }) => validations.slice(1))
  const seconds = group.flatMap(({ trainingSeconds }) => trainingSeconds ?? [])
  const mean = (values: readonly number[]) => intervalOf(values).mean
  const cells = [
    mode,
    scheduler,
    `${group.length}`,
    factor(of(({ geometricRatio }) => geometricRatio)),
    geometric(of(({ meanRatio }) => meanRatio)),
    untrained.length > 0 ? geometric(untrained) : '',
    later.length > 0 ? `${figures(Math.min(...later))} to ${figures(Math.max(...later))}` : '',
    mean(of(({ violations }) => violations)).toFixed(1),
    seconds.length > 0 ? mean(seconds).toFixed(0) : '',
  ]
  return `| ${cells.join(' | ')} |`
}

/** A geometric mean and the bounds of its interval. */
function factor(values: readonly number[]): string {
  const { mean, halfWidth } = intervalOf(values.map((value) => Math.log(value)))
  const middle = figures(Math.exp(mean))
  if (halfWidth === null) return middle
  return `${middle} (${figures(Math.exp(mean - halfWidth))} to ${figures(Math.exp(mean + halfWidth))})`
}

function geometric(values: readonly number[]): string {
  return figures(Math.exp(intervalOf(values.map((value) => Math.log(value))).mean))
}

/** Three figures, large numbers as powers of ten. */
function figures(value: number): string {
  return value.toPrecision(3).replace(/e\+/, 'e')
}
