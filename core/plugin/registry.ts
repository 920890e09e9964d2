import { type Problem, UserError } from '../errors.js'
import { nearestName } from '../nearest.js'
import type { PluginKind } from './contracts.js'
import type { AnyPlugin } from './definition.js'

/** The plugins of a run, found by kind and name. */
export class PluginRegistry {
  readonly #plugins = new Map<string, AnyPlugin>()

  constructor(plugins: Iterable<AnyPlugin> = []) {
    for (const plugin of plugins) this.add(plugin)
  }

  /** Adds a plugin; throws where its kind and name are taken. */
  add(plugin: AnyPlugin): void {
    const key = `${plugin.kind}/${plugin.name}`
    if (this.#plugins.has(key))
      throw new UserError(`there are two plugins of kind ${plugin.kind} named "${plugin.name}"`)
    this.#plugins.set(key, plugin)
  }

  /** A new registry with these plugins and more; this one stays as it is. */
  with(plugins: Iterable<AnyPlugin>): PluginRegistry {
    return new PluginRegistry([...this.#plugins.values(), ...plugins])
  }

  /** The plugin of that kind and name, or undefined where there is none. */
  find(kind: PluginKind, name: string): AnyPlugin | undefined {
    return this.#plugins.get(`${kind}/${name}`)
  }

  /** The plugin of that kind and name; a `UserError` that names the nearest where there is none. */
  get(kind: PluginKind, name: string): AnyPlugin {
    const plugin = this.find(kind, name)
    if (!plugin) throw new UserError(this.unknown(kind, name))
    return plugin
  }

  /** The problem to report for a name that is not here. */
  unknown(kind: PluginKind, name: string): Problem {
    const names = this.list(kind).map((plugin) => plugin.name)
    const suggestion = nearestName(name, names)
    const known = names.length === 0 ? 'there is none' : `known: ${names.join(', ')}`
    return {
      message: `there is no ${kind} plugin "${name}"; ${known}`,
      ...(suggestion && { suggestion }),
    }
  }

  /** All plugins, or those of one kind, in the order they were added. */
  list(kind?: PluginKind): AnyPlugin[] {
    return [...this.#plugins.values()].filter((plugin) => kind === undefined || plugin.kind === kind)
  }
}
