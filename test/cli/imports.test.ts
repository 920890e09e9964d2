import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'
import { directoryWith } from './cotwin.js'

/** A loader that appends the address of each module that is resolved to a file. */
const loader = (file: string) => `
import { appendFileSync } from 'node:fs'
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  appendFileSync(${JSON.stringify(file)}, found.url + '\\n')
  return found
}`

const asModule = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`

/** The packages of which code is loaded with a module of the built package, with all that it imports. */
async function packagesOf(file: string): Promise<Set<string>> {
  const { href } = pathToFileURL(file)
  const list = join(directoryWith(), 'resolved')
  const register = `import { register } from 'node:module'
register(${JSON.stringify(asModule(loader(list)))})`
  const script = ['--input-type=module', '--eval', `await import('${href}')`]
  await promisify(execFile)(process.execPath, ['--import', asModule(register), ...script])
  const loaded = [...new Set(readFileSync(list, 'utf8').trim().split('\n'))].filter((url) =>
    url.startsWith('file:'),
  )
  // Where code was put together, a line says where each part of it comes from.
  const texts = loaded.map((url) => `${url}\n${readFileSync(fileURLToPath(url), 'utf8')}`)
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^(?:\/\/ |file:.*\/)node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(
      ([, name]) => name!,
    ),
  )
  return new Set(names)
}

test.each([/^core-index\.js$/, /^core-cli-program\.js$/, /^report-\w{8}\.js$/, /^bench-\w{8}\.js$/])(
  '%s loads nothing that draws until something is drawn',
  async (program) => {
    const programs = join(inject('built'), 'programs')
    const files = readdirSync(programs).filter((name) => program.test(name))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const packages = await packagesOf(join(programs, file))
      const drawing = [...packages].filter((name) => /^(vega|d3)(-|$)/.test(name))
      expect(drawing).toEqual([])
    }
  },
)

test('what is loaded is seen: what the command line needs, and what draws where it is in the package', async () => {
  const programs = join(inject('built'), 'programs')
  expect(await packagesOf(join(programs, 'core-cli-program.js'))).toContain('commander')
  const drawing = readdirSync(programs).find((name) =>
    readFileSync(join(programs, name), 'utf8').includes('// node_modules/vega-view/'),
  )
  expect(await packagesOf(join(programs, drawing!))).toContain('vega-view')
})
