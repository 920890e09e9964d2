import { readFile } from 'node:fs/promises'
import { packageFile } from '../packages.js'
import { scriptText } from './html.js'

/** The programs that draw in the browser, with their licences, as script elements that fetch nothing. */
export async function pageLibraries(): Promise<string> {
  const elements = await Promise.all([
    libraryElement('vega', 'vega.min.js'),
    libraryElement('vega-embed', 'vega-embed.min.js'),
  ])
  return elements.join('\n')
}

async function libraryElement(library: string, file: string): Promise<string> {
  const [source, licence] = await Promise.all([
    readFile(packageFile(library, `build/${file}`), 'utf8'),
    readFile(packageFile(library, 'LICENSE'), 'utf8'),
  ])
  const program = source.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n')
  return `<script>/* ${library}\n${licence.replaceAll('*/', '* /')}*/\n${scriptText(program)}</script>`
}
