import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { root } from './assembly.js'

/** Writes the types of everything that the package exports, and of nothing else; throws where the compiler objects. */
export function writeDeclarations(built: string, options: readonly string[] = []): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', built, '--emitDeclarationOnly']
  execFileSync(process.execPath, [compiler, ...project, ...options], { stdio: 'inherit' })
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { readonly types: string }>
  }
  const reached = new Set<string>()
  const reach = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const [, path] of readFileSync(join(built, file), 'utf8').matchAll(
      /(?:from|import)\s*\(?'(\.[^']*)'/g,
    )) {
      const target = normalize(join(dirname(file), path!.replace(/js$/, 'd.ts')))
      if (existsSync(join(built, target))) reach(target)
    }
  }
  for (const each of Object.values(exports))
    if (typeof each === 'object') reach(normalize(each.types.replace(/^\.\/dist\//, '')))
  for (const file of readdirSync(built, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.d.ts') && !reached.has(normalize(file))) rmSync(join(built, file))
}
