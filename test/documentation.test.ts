import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The sources behind what the package exports (`exports` of package.json). */
const entries: Readonly<Record<string, string>> = {
  cotwin: 'core/index.ts',
  'cotwin/plugin': 'core/plugin/index.ts',
  'cotwin/kernel': 'core/kernel/index.ts',
  'cotwin/tensor': 'core/plugin/tensor.ts',
  'cotwin/conformance': 'core/conformance/index.ts',
  'cotwin/environments': 'core/bridge/index.ts',
  'cotwin/plugins': 'plugins/index.ts',
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The names that a module exports and the file that declares each, through modules that only pass them on. */
function exportsOf(file: string): Map<string, string> {
  const text = read(file)
  const found = new Map<string, string>()
  const sourceOf = (specifier: string) => join(dirname(file), specifier.replace(/\.js$/, '.ts'))
  for (const [, specifier] of text.matchAll(/^export \* from '(\.[^']+)'/gm))
    for (const [name, source] of exportsOf(sourceOf(specifier))) found.set(name, source)
  for (const [, names, specifier] of text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm)) {
    // What comes from a package is documented there.
    if (!specifier.startsWith('.')) continue
    const source = sourceOf(specifier)
    for (const written of names.split(',').map((name) => name.trim().replace(/^type /, ''))) {
      if (written === '') continue
      const [name] = written.split(' as ')
      found.set(name, exportsOf(source).get(name) ?? source)
    }
  }
  for (const [, name] of text.matchAll(declaration)) found.set(name, file)
  return found
}

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|enum) (\w+)/gm

/** The name that a line declares and exports, if it does. */
const declaredIn = (line: string): string | undefined => [...line.matchAll(declaration)][0]?.[1]

/** Whether what stands before the declaration, or its first overload, is a doc comment. */
function isDocumented(file: string, name: string): boolean {
  const lines = read(file).split('\n')
  const place = lines.findIndex((line) => line === `export { ${name} }` || declaredIn(line) === name)
  const before = lines.slice(0, Math.max(0, place)).findLast((line) => !line.startsWith('//'))
  return before?.trimEnd().endsWith('*/') ?? false
}

test('these are all that the package exports', () => {
  const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> }
  const names = Object.keys(exports).filter((name) => name !== './package.json')
  expect(names.map((name) => name.replace('.', 'cotwin')).sort()).toEqual(Object.keys(entries).sort())
  for (const file of Object.values(entries)) expect(existsSync(join(root, file)), file).toBe(true)
})

describe.each(Object.entries(entries))('every symbol of %s has its sentence', (_, entry) => {
  const symbols = [...exportsOf(entry)]

  test('there are some', () => {
    expect(symbols.length).toBeGreaterThan(0)
  })

  test('and each is documented', () => {
    const without = symbols.filter(([name, file]) => !isDocumented(file, name))
    expect(without.map(([name, file]) => `${file}: ${name}`)).toEqual([])
  })
})

/** Above so many files a folder says what each of them is. */
const WITHOUT_README = 8

const folders = [
  'core',
  ...readdirSync(join(root, 'core'), { recursive: true, encoding: 'utf8' }).map((name) => join('core', name)),
]
  .filter((path) => statSync(join(root, path)).isDirectory())
  .map((path) => ({ path, files: readdirSync(join(root, path)).filter((name) => /\.ts$/.test(name)) }))
  .filter(({ files }) => files.length > WITHOUT_README)

/** The files that a README's code spans name; `*-checks.ts` names several. */
const namedIn = (text: string): ((file: string) => boolean) => {
  const names = [...text.matchAll(/[`[]([\w*.-]+\.ts)[`\]]/g)].map(([, name]) => name)
  return (file) =>
    names.some((name) => new RegExp(`^${name.replace('.', '\\.').replace('*', '.*')}$`).test(file))
}

test.each(folders)('the README of $path names its files', ({ path, files }) => {
  const text = read(join(path, 'README.md'))
  expect(files.filter((file) => file !== 'index.ts' && !namedIn(text)(file))).toEqual([])
  const named = [...text.matchAll(/`([\w-]+\.ts)`/g)].map(([, name]) => name)
  if (path.split('/').length > 1)
    expect(named.filter((name) => !files.includes(name) && !text.includes(`/${name}`))).toEqual([])
})

/** Markdown that is kept, and where each of its links to a file leads. */
const pages = ['.', 'core', 'plugins', 'scenarios', 'bench', 'test']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((path) => path.endsWith('.md') && !/(^|\/)(node_modules|\.venv)\//.test(path))

test('links in Markdown lead to files that there are', () => {
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s:]+)(?:#[^)]*)?\)/g)]
      .filter(([, target]) => !existsSync(join(root, dirname(page), target)))
      .map(([, target]) => `${page}: ${target}`),
  )
  expect(dead).toEqual([])
})
