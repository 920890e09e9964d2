import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { scriptText } from './html.js'

const require = createRequire(import.meta.url)

/** The programs that draw in the browser, with their licences, as script elements that fetch nothing. */
export async function pageLibraries(): Promise<string> {
  const elements = await Promise.all([
    libraryElement('vega', 'vega.min.js'),
    libraryElement('vega-embed', 'vega-embed.min.js'),
  ])
  return elements.join('\n')
}

async function libraryElement(library: string, file: string): Promise<string> {
  const build = dirname(require.resolve(library))
  const [source, licence] = await Promise.all([
    readFile(join(build, file), 'utf8'),
    readFile(join(build, '..', 'LICENSE'), 'utf8'),
  ])
  const program = source.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n')
  return `<script>/* ${library}\n${licence.replaceAll('*/', '* /')}*/\n${scriptText(program)}</script>`
}
