import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each part may import besides itself; a part that is missing here may not exist. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'core/errors': [],
  'core/nearest': [],
  'core/memory': [],
  'core/label': [],
  'core/assets': [],
  'core/packages': [],
  'core/worker-threads': [],
  'core/files': ['core/errors', 'core/nearest'],
  'core/kernel': [],
  'core/statistics': ['core/kernel'],
  'core/optimisation': ['core/kernel'],
  'core/tensor': [
    'core/kernel',
    'core/assets',
    'core/files',
    'core/worker-threads',
    'core/errors',
    'core/nearest',
  ],
  'core/network': ['core/kernel', 'core/assets'],
  'core/learning': [
    'core/kernel',
    'core/tensor',
    'core/plugin',
    'core/files',
    'core/statistics',
    'core/errors',
    'core/memory',
    'core/nearest',
  ],
  'core/conformance': [
    'core/kernel',
    'core/network',
    'core/plugin',
    'core/scenario',
    'core/simulation',
    'core/tensor',
    'core/errors',
  ],
  'core/starter': ['core/plugin', 'core/errors', 'core/nearest', 'core/files'],
  'core/instance': [
    'core/simulation',
    'core/environment',
    'core/scenario',
    'core/plugin',
    'core/network',
    'core/kernel',
    'core/errors',
    'core/memory',
  ],
  'core/plugin': [
    'core/kernel',
    'core/network',
    'core/optimisation',
    'core/tensor',
    'core/files',
    'core/assets',
    'core/errors',
    'core/nearest',
  ],
  'core/scenario': [
    'core/plugin',
    'core/kernel',
    'core/errors',
    'core/nearest',
    'core/memory',
    'core/files',
    'core/label',
  ],
  'core/environment': ['core/kernel', 'core/network', 'core/plugin', 'core/scenario', 'core/errors'],
  'core/twin': [
    'core/environment',
    'core/kernel',
    'core/network',
    'core/plugin',
    'core/scenario',
    'core/errors',
  ],
  'core/calibration': [
    'core/environment',
    'core/network',
    'core/report',
    'core/scenario',
    'core/files',
    'core/errors',
  ],
  'core/observe': ['core/network', 'core/plugin'],
  'core/simulation': [
    'core/learning',
    'core/tensor',
    'core/environment',
    'core/twin',
    'core/kernel',
    'core/network',
    'core/plugin',
    'core/scenario',
    'core/observe',
    'core/statistics',
    'core/errors',
  ],
  'core/results': [
    'core/packages',
    'core/plugin',
    'core/kernel',
    'core/network',
    'core/observe',
    'core/files',
    'core/statistics',
    'core/tensor',
    'core/errors',
    'core/nearest',
  ],
  'core/report': [
    'core/packages',
    'core/observe',
    'core/results',
    'core/kernel',
    'core/files',
    'core/statistics',
    'core/errors',
    'core/nearest',
    'core/label',
  ],
  'core/sources': ['core/scenario', 'core/results', 'core/files'],
  'core/begin-run': [
    'core/sources',
    'core/scenario',
    'core/simulation',
    'core/results',
    'core/plugin',
    'core/errors',
    'core/files',
  ],
  'core/training': [
    'core/observe',
    'core/results',
    'core/simulation',
    'core/environment',
    'core/twin',
    'core/scenario',
    'core/plugin',
    'core/network',
    'core/errors',
    'core/files',
  ],
  'core/train': [
    'core/sources',
    'core/training',
    'core/results',
    'core/report',
    'core/scenario',
    'core/plugin',
    'core/errors',
    'core/nearest',
    'core/files',
  ],
  'core/bridge': [
    'core/instance',
    'core/training',
    'core/twin',
    'core/simulation',
    'core/scenario',
    'core/plugin',
    'core/network',
    'core/errors',
    'core/nearest',
  ],
  'core/complete-run': ['core/results', 'core/report', 'core/files', 'core/errors'],
  'core/run': [
    'core/begin-run',
    'core/complete-run',
    'core/scenario',
    'core/simulation',
    'core/results',
    'core/report',
    'core/plugin',
    'core/errors',
  ],
  'core/suite': [
    'core/observe',
    'core/train',
    'core/training',
    'core/scenario',
    'core/simulation',
    'core/results',
    'core/report',
    'core/plugin',
    'core/kernel',
    'core/worker-threads',
    'core/files',
    'core/statistics',
    'core/tensor',
    'core/errors',
    'core/memory',
    'core/nearest',
    'core/label',
  ],
  'core/campaign': [
    'core/suite',
    'core/results',
    'core/scenario',
    'core/plugin',
    'core/files',
    'core/errors',
  ],
  'core/index': [
    'core/run',
    'core/train',
    'core/scenario',
    'core/simulation',
    'core/observe',
    'core/results',
    'core/statistics',
    'core/report',
    'core/plugin',
    'core/errors',
  ],
  'core/cli': [
    'core/calibration',
    'plugins',
    'core/conformance',
    'core/starter',
    'core/bridge',
    'core/instance',
    'core/suite',
    'core/campaign',
    'core/worker-threads',
    'core/run',
    'core/train',
    'core/training',
    'core/scenario',
    'core/simulation',
    'core/observe',
    'core/results',
    'core/report',
    'core/plugin',
    'core/network',
    'core/tensor',
    'core/statistics',
    'core/errors',
    'core/memory',
    'core/nearest',
    'core/files',
    'core/label',
  ],
  plugins: ['core/plugin'],
}

/** `core/kernel/random.ts` is of `core/kernel`, `core/run.ts` of `core/run`, `plugins/…` of `plugins`. */
function partOf(file: string): string {
  const [top, second] = file.split('/')
  return top === 'plugins' ? top : `${top}/${second.replace(/\.[jt]s$/, '')}`
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)
  return [...found].map(([, path]) => normalize(join(dirname(file), path)))
}

const files = ['core', 'plugins'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
)

test('imports point one way', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => partOf(imported) !== partOf(file))
      .filter((imported) => !mayImport[partOf(file)]?.includes(partOf(imported)))
      .map((imported) => `${file} imports ${imported}`),
  )
  expect(wrong).toEqual([])
})

/** Folders of a part that import what comes before them, and what stands beside the folders imports all of them. */
const inOrder: readonly (readonly [
  part: string,
  folders: readonly string[],
  everywhere: readonly string[],
])[] = [
  ['core/suite', ['definition', 'execution', 'analysis', 'output'], []],
  ['core/scenario', ['schema', 'tree', 'checks'], ['core/scenario/scenario.js']],
]

test.each(inOrder)('folders of %s import what comes before them', (part, order, everywhere) => {
  const place = (path: string) => order.indexOf(path.slice(part.length + 1).split('/')[0])
  const wrong = files
    .filter((file) => file.startsWith(`${part}/`) && place(file) >= 0)
    .flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith(`${part}/`) && !everywhere.includes(path))
        .filter((path) => place(path) < 0 || place(path) > place(file))
        .map((imported) => `${file} imports ${imported}`),
    )
  expect(wrong).toEqual([])
})

test('privacy is worked out from chance alone', () => {
  const wrong = files
    .filter((file) => file.startsWith('core/learning/privacy/'))
    .flatMap((file) =>
      importsOf(file)
        .filter((path) => !/^core\/(learning\/privacy|kernel)\/|^core\/errors\.js$/.test(path))
        .map((imported) => `${file} imports ${imported}`),
    )
  expect(wrong).toEqual([])
})

test('plugins import only the public face of core/plugin', () => {
  const allowed = new Set([
    'core/plugin/index.js',
    'core/plugin/tensor.js',
    'core/plugin/definition.js',
    'core/plugin/registry.js',
  ])
  const wrong = files
    .filter((file) => file.startsWith('plugins/'))
    .flatMap((file) => importsOf(file).filter((path) => path.startsWith('core/') && !allowed.has(path)))
  expect(wrong).toEqual([])
})

test('core and plugins take chance from named streams and time from the kernel', () => {
  const wrong = files.filter((file) =>
    /Math\.random\(|Date\.now\(/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(wrong).toEqual([])
})

test('no call spreads values that may be many: the stack holds some hundred thousand', () => {
  // In its text, which is a plugin of its own and looks at the servers of one client.
  const exempt = new Set(['core/starter/scheduler-template.ts'])
  const wrong = files.filter(
    (file) =>
      !exempt.has(file) &&
      /(Math\.(min|max|hypot)|\.(push|unshift|splice|concat)|String\.from\w+)\((?:[^(){}[\]]|\([^()]*\))*?\.\.\./.test(
        readFileSync(join(root, file), 'utf8'),
      ),
  )
  expect(wrong).toEqual([])
})

test('no file has more than 300 lines: past that there is a second subject in it', () => {
  const wrong = files.flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1
    return lines > 300 ? [`${file} has ${lines} lines`] : []
  })
  expect(wrong).toEqual([])
})

/** The two arguments of each power in a source: exponentiation as esbuild writes it without the operator, and calls of Math.pow. */
function powersIn(source: string): [string, string][] {
  const { code } = transformSync(source, { loader: 'ts', supported: { 'exponent-operator': false } })
  return Array.from(code.matchAll(/(?:__pow|Math\.pow)\(/g), ({ index }) => {
    const parts = ['']
    let depth = 0
    for (const letter of code.slice(code.indexOf('(', index) + 1)) {
      if (depth === 0 && letter === ')') break
      if (depth === 0 && letter === ',') parts.push('')
      else parts[parts.length - 1] += letter
      depth += '([{'.includes(letter) ? 1 : ')]}'.includes(letter) ? -1 : 0
    }
    return [parts[0]!.trim(), parts[1]!.trim()] as [string, string]
  })
}

test('powers are those of core/kernel/power.ts, since the operator differs between versions of Node', () => {
  const raw = files
    .filter((file) => !file.includes('/assembly/'))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const)
    .filter(([, text]) => /[^/*]\*\*[^/*]|Math\.pow/.test(text))
    .flatMap(([file, text]) => powersIn(text).map((found) => [file, ...found]))
    .filter(([, base, exponent]) => exponent !== '2' && !(base === '2' && Number.isInteger(Number(exponent))))
  expect(raw).toEqual([])
})
