import { readdirSync } from 'node:fs'

/** Files that mutants are made of, and the tests that concern them, cheap ones first. */
export interface Subject {
  readonly name: string
  readonly files: readonly string[]
  readonly tests: readonly string[]
  /** Whether each test file needs a process of its own: where there is one tensor engine in each. */
  readonly isolate?: boolean
}

const within = (folder: string, names: string, ending = '.ts') =>
  names.split(' ').map((name) => `${folder}/${name}${ending}`)
const all = (folder: string, ending = '.ts', except: readonly string[] = []) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending) && !except.includes(name))
    .map((name) => `${folder}/${name}`)
const testsOf = (folder: string, names: string) => within(`test/${folder}`, names, '.test.ts')

/** Of the kernel: time itself, chance, and what is built upon them. */
const QUEUE = 'event-queue event-records far-events near-events'
const CHANCE = 'random random-stream stream-hash ziggurat'
const WHAT_PROCESSES_DO =
  'container resource monitor resource-kinds store simulation trace flow condition interrupt process odds condition-kinds processor-sharing'

export const subjects: readonly Subject[] = [
  {
    name: 'kernel: queue',
    files: within('core/kernel', QUEUE),
    tests: testsOf('kernel', 'event-queue simulation process timeout odds planted-faults'),
  },
  {
    name: 'kernel: chance',
    files: within('core/kernel', CHANCE),
    tests: [
      ...testsOf('kernel', 'random monitor planted-faults resource exchange'),
      ...testsOf(
        'plugins',
        'fading/nakagami fading/rician statistics compute-time/lognormal compute-time/pareto',
      ),
    ],
  },
  {
    name: 'kernel: processes',
    files: all(
      'core/kernel',
      '.ts',
      `${QUEUE} ${CHANCE} index`.split(' ').map((name) => `${name}.ts`),
    ),
    tests: testsOf(
      'kernel',
      `${WHAT_PROCESSES_DO} planted-faults real-time timeout event-queue refused-calls exchange`,
    ),
  },
  {
    name: 'network',
    files: [...all('core/network'), 'plugins/schedulers/shared/swaps.ts'],
    tests: [
      ...testsOf('network', 'assignment round-cost interference rate evaluator annealing evaluator-search'),
      ...testsOf('plugins/schedulers', 'swap-matching greedy feasibility'),
    ],
  },
  {
    name: 'network: assembly',
    files: all('core/network/assembly'),
    tests: [
      ...testsOf('network', 'annealing evaluator evaluator-exactness evaluator-search'),
      ...testsOf('plugins/schedulers', 'greedy swap-matching'),
    ],
  },
  {
    name: 'learning: privacy',
    files: all('core/learning/privacy', '.ts', ['index.ts']),
    tests: testsOf('learning', 'privacy/disturbance privacy/published privacy/rdp privacy/ball errors'),
  },
  {
    name: 'learning: aggregators',
    files: [...all('plugins/aggregators'), ...all('plugins/aggregators/shared')],
    tests: testsOf(
      'plugins/aggregators',
      'defaults local asynchronous adaptive mean closed-forms robust ordering stretches',
    ),
  },
  {
    name: 'learning: clients',
    files: all('core/learning', '.ts', ['index.ts']),
    tests: [
      ...testsOf(
        'learning',
        'load precision models small-batches split stage-two errors privacy/ball learner',
      ),
      ...testsOf('scenario', 'learning-load sizes'),
      ...testsOf('simulation', 'learning federated-round'),
      ...testsOf('learning', 'federated'),
    ],
    isolate: true,
  },
  {
    name: 'statistics',
    files: [...all('core/statistics'), ...within('core/results', 'comparable compare-costs')],
    tests: [
      ...testsOf('statistics', 'descriptive heavy-tail rank-tests paired-comparison'),
      ...testsOf('results', 'comparable summarize'),
      ...testsOf('suite', 'independence'),
      ...testsOf('statistics', 'bootstrap student'),
    ],
  },
]
