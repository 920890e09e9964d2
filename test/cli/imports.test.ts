import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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

/** The packages that a module of the built package loads, with all that it imports. */
async function packagesOf(module: string): Promise<Set<string>> {
  const { href } = pathToFileURL(join(inject('built'), ...module.split('/')))
  const file = join(directoryWith(), 'resolved')
  const register = `import { register } from 'node:module'
register(${JSON.stringify(asModule(loader(file)))})`
  const script = ['--input-type=module', '--eval', `await import('${href}')`]
  await promisify(execFile)(process.execPath, ['--import', asModule(register), ...script])
  const resolved = readFileSync(file, 'utf8')
  const names = [...resolved.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map(([, name]) => name)
  return new Set(names)
}

test.each(['core/index.js', 'core/cli/commands/report.js', 'core/suite/run-suite.js'])(
  '%s loads nothing that draws until something is drawn',
  async (module) => {
    const packages = await packagesOf(module)
    expect(packages).toContain('typebox')
    const drawing = [...packages].filter((name) => /^(vega|d3)(-|$)/.test(name))
    expect(drawing).toEqual([])
  },
)
