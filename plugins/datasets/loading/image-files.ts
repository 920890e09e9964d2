import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { nearestName } from '../../../core/plugin/index.js'
import { FileProblems, fileError, unreadable } from '../../files/data-file.js'

/** An image of a class. */
export interface ImageFile {
  readonly path: string
  readonly label: number
}

const extensions = ['.png', '.jpg', '.jpeg']

/** The images in a folder's folders, by class and name; where classes are given, its folders must be among them. */
export function listImages(
  folder: string,
  given?: readonly string[],
): { readonly classNames: readonly string[]; readonly images: readonly ImageFile[] } {
  const folders = entriesOf(folder)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
  const classNames = given ?? folders
  if (classNames.length < 2) {
    const found = folders.length === 0 ? 'none' : folders.join(', ')
    throw fileError(folder, `expected at least two folders, one for each class, found ${found}`)
  }
  const problems = new FileProblems(folder)
  for (const name of folders) {
    const suggestion = nearestName(name, classNames)
    if (!classNames.includes(name))
      problems.add(`unknown class "${name}"; the training set has no such folder`, { suggestion })
  }
  const images = folders.flatMap((name) => {
    const found = entriesOf(join(folder, name))
      .filter((entry) => entry.isFile() && extensions.includes(extname(entry.name).toLowerCase()))
      .map((entry) => entry.name)
      .sort()
    if (found.length === 0) problems.add(`${name} holds no ${extensions.join(', ')} files`)
    return found.map((file) => ({ path: join(folder, name, file), label: classNames.indexOf(name) }))
  })
  problems.throwIfAny()
  return { classNames, images }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
      throw fileError(folder, 'is a file; expected a folder', { cause: error })
    throw unreadable(folder, error)
  }
}
