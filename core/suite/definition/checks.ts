import { lackOfMemory } from '../../memory.js'
import { nearestName } from '../../nearest.js'
import type { Diagnostic } from '../../scenario/tree/diagnostic.js'
import type { Path } from '../../scenario/tree/source-node.js'
import type { Metric, Range, SuiteFile } from './schema.js'
import { checkRanges, numberOfValues } from './sweep.js'

/** What no single key of a suite can show; the suite is right key by key. */
export function checkSuite(suite: SuiteFile, scenarioLabels: readonly string[]): Diagnostic[] {
  const swept = sweptPaths(suite)
  return [
    ...checkRanges(suite.sweep, ['sweep']),
    ...checkRanges(suite.quick.sweep, ['quick', 'sweep']),
    ...checkRepeated(suite.sweep, ['sweep']),
    ...checkRepeated(suite.quick.sweep, ['quick', 'sweep']),
    ...checkRepeated({ points: suite.points }, []),
    ...checkRepeated({ points: suite.quick.points ?? [] }, ['quick']),
    ...Object.keys(suite.quick.sweep).flatMap((path) =>
      known(path, Object.keys(suite.sweep), ['quick', 'sweep', path], 'is not swept by the suite', true),
    ),
    ...[...suite.points, ...(suite.quick.points ?? [])].flatMap((point) =>
      Object.keys(point)
        .filter((path) => Object.hasOwn(suite.sweep, path))
        .map((path) => ({ path: ['sweep', path], onKey: true, message: 'is set by the points, too' })),
    ),
    ...checkLabels(scenarioLabels),
    ...(suite.quick.scenarios ?? []).flatMap((label, i) =>
      known(label, scenarioLabels, ['quick', 'scenarios', String(i)], 'is the label of no scenario'),
    ),
    ...suite.train.flatMap(({ in: label }, i) =>
      label === undefined
        ? []
        : known(label, scenarioLabels, ['train', String(i), 'in'], 'is the label of no scenario'),
    ),
    ...suite.skip.flatMap(({ where }, i) =>
      Object.keys(where).flatMap((path) =>
        known(path, swept, ['skip', String(i), 'where', path], 'is not swept by the suite', true),
      ),
    ),
    ...suite.claims.flatMap(({ where, scenarios = [], against, expect }, i) => [
      ...(against === undefined
        ? []
        : known(against, scenarioLabels, ['claims', String(i), 'against'], 'is the label of no scenario')),
      ...Object.keys(where).flatMap((path) =>
        known(path, swept, ['claims', String(i), 'where', path], 'is not swept by the suite', true),
      ),
      ...scenarios.flatMap((label, s) =>
        known(
          label,
          scenarioLabels,
          ['claims', String(i), 'scenarios', String(s)],
          'is the label of no scenario',
        ),
      ),
      ...(typeof expect === 'object' && expect.ratio[0] > expect.ratio[1]
        ? [
            {
              path: ['claims', String(i), 'expect', 'ratio'],
              message: `expected [low, high], found [${expect.ratio.join(', ')}]`,
            },
          ]
        : []),
    ]),
  ]
}

/** Figures of which a run has one, so that those of two scenarios can be paired by seed. */
const ofSeeds: readonly Metric[] = ['quit', 'loss', 'accuracy', 'bestAccuracy', 'meanAccuracy']

/** A setting is a scenario, loaded whole; a cell knows what it computes and where it is kept. Bytes, at least. */
const PER_SETTING = 20_000
const PER_CELL = 1000

/** Grids multiply: more settings or cells than there is memory for are a slip. */
export function checkSize({ sweep, points, seeds }: SuiteFile, scenarios: number): Diagnostic[] {
  const lengths = Object.values(sweep).map((values) =>
    Array.isArray(values) ? values.length : numberOfValues(values as Range),
  )
  const settings = lengths.reduce(
    (product, length) => product * length,
    scenarios * Math.max(1, points.length),
  )
  const cells = settings * (typeof seeds === 'number' ? seeds : seeds.length)
  const at = (key: string, what: string, bytes: number): Diagnostic[] => {
    const lack = lackOfMemory({ what, bytes })
    return lack === undefined ? [] : [{ path: [key], message: `${lack}; expected fewer` }]
  }
  const tooMany = at(lengths.length > 0 ? 'sweep' : 'points', `${settings} settings`, settings * PER_SETTING)
  return tooMany.length > 0 ? tooMany : at('seeds', `${cells} cells and more`, cells * PER_CELL)
}

/** Every path that points or sweep give values to, in order. */
export function sweptPaths({ points, sweep, quick }: SuiteFile, quickly = false): string[] {
  const given = quickly ? (quick.points ?? points) : points
  return [...new Set([...given.flatMap((point) => Object.keys(point)), ...Object.keys(sweep)])]
}

/** Labels of schedulers that the suite names, and where, against those that its scenarios have. */
export function checkSchedulerLabels(
  suite: SuiteFile,
  labels: readonly string[],
  references: readonly string[] = [],
): Diagnostic[] {
  const wrong = 'is the label of no scheduler'
  return [
    ...(suite.quick.schedulers ?? []).flatMap((label, i) =>
      known(label, labels, ['quick', 'schedulers', String(i)], wrong),
    ),
    ...suite.scenarios.flatMap((entry, i) =>
      typeof entry === 'string'
        ? []
        : (entry.schedulers ?? []).flatMap((label, s) =>
            known(label, labels, ['scenarios', String(i), 'schedulers', String(s)], wrong),
          ),
    ),
    ...suite.train.flatMap(({ schedulers, alsoFor }, i) => [
      ...schedulers.flatMap((label, s) =>
        known(label, labels, ['train', String(i), 'schedulers', String(s)], wrong),
      ),
      ...alsoFor.flatMap((label, s) =>
        known(label, labels, ['train', String(i), 'alsoFor', String(s)], wrong),
      ),
    ]),
    ...suite.skip.flatMap(({ schedulers }, i) =>
      schedulers.flatMap((label, s) =>
        known(label, labels, ['skip', String(i), 'schedulers', String(s)], wrong),
      ),
    ),
    ...suite.claims.flatMap(({ against, metric }, i) =>
      against === undefined || ofSeeds.some((name) => name === metric)
        ? []
        : [
            {
              path: ['claims', String(i), 'against'],
              message: `rounds of two scenarios do not belong together; expected metric to be one of ${ofSeeds.join(', ')}`,
            },
          ],
    ),
    ...suite.claims.flatMap(({ compare, metric }, i) =>
      metric === 'trainingLoss' && compare[0] !== compare[1]
        ? [
            {
              path: ['claims', String(i), 'compare', '1'],
              message: `trainingLoss is the end of a training over its beginning; expected "${compare[0]}" twice`,
            },
          ]
        : [],
    ),
    ...suite.claims.flatMap(({ compare }, i) =>
      compare.flatMap((label, s) =>
        known(label, [...labels, ...references], ['claims', String(i), 'compare', String(s)], wrong),
      ),
    ),
  ]
}

/** Values that stand in a list twice: they make one setting two, which ranks and means over settings would count twice. */
function checkRepeated(lists: Readonly<Record<string, unknown>>, at: Path): Diagnostic[] {
  return Object.entries(lists).flatMap(([name, values]) => {
    if (!Array.isArray(values)) return []
    const texts = values.map((value) => JSON.stringify(value))
    return texts.flatMap((text, i) =>
      texts.indexOf(text) === i
        ? []
        : [{ path: [...at, name, String(i)], message: 'this value stands in the list twice' }],
    )
  })
}

function checkLabels(labels: readonly string[]): Diagnostic[] {
  return labels.flatMap((label, i) =>
    labels.indexOf(label) === i
      ? []
      : [
          {
            path: ['scenarios', String(i)],
            message: `the label "${label}" is that of scenarios[${labels.indexOf(label)}] already; expected one of its own, { scenario, label }`,
          },
        ],
  )
}

function known(
  name: string,
  names: readonly string[],
  path: Path,
  wrong: string,
  onKey = false,
): Diagnostic[] {
  if (names.includes(name)) return []
  const suggestion = nearestName(name, names)
  const listed = suggestion === undefined && names.length > 0 ? `; there are ${names.join(', ')}` : ''
  return [
    { path, onKey, message: `"${name}" ${wrong}${listed}`, ...(suggestion !== undefined && { suggestion }) },
  ]
}
