import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, it } from 'vitest'

/** A loader that tells each module that is resolved on standard error. */
const told = `
import { writeSync } from 'node:fs'
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  writeSync(2, found.url + '\\n')
  return found
}`

const register = `
import { register } from 'node:module'
register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(told)}`)})`

/** The packages that a module of the built package loads, with all that it imports. */
async function packagesOf(module: string): Promise<Set<string>> {
  const { href } = pathToFileURL(join(inject('built'), ...module.split('/')))
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      '--input-type=module',
      '--eval',
      `await import('${href}')`,
    ],
    { maxBuffer: 2 ** 26 },
  )
  const names = [...stderr.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map(([, name]) => name)
  return new Set(names)
}

it.each(['core/index.js', 'core/cli/commands/report.js', 'core/suite/run-suite.js'])(
  '%s loads nothing that draws until something is drawn',
  async (module) => {
    const packages = await packagesOf(module)
    expect(packages).toContain('typebox')
    const drawing = [...packages].filter((name) => /^(vega|d3)(-|$)/.test(name))
    expect(drawing).toEqual([])
  },
)
