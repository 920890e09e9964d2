import { readdirSync, realpathSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { nearestName, unreadable } from '../../../core/plugin/index.js'
import { dataFileError, FileProblems } from '../../files/data-file.js'

/** An image of a class. */
export interface ImageFile {
  readonly path: string
  readonly label: number
}

const extensions = ['.png', '.jpg', '.jpeg', '.jpe', '.jfif']
/** Images that are not read: to leave them out unsaid would make another dataset. */
const others = [
  '.bmp',
  '.gif',
  '.webp',
  '.tif',
  '.tiff',
  '.ppm',
  '.pgm',
  '.pnm',
  '.avif',
  '.heic',
  '.svg',
  '.jp2',
  '.ico',
]

/**
 * The images in a folder's folders, and in folders within these, by class and name; where classes are given, its folders
 * must be among them.
 *
 * Links are followed. What is hidden, by a dot before its name, is passed over, and so is what is no image.
 */
export function listImages(
  folder: string,
  given?: readonly string[],
): { readonly classNames: readonly string[]; readonly images: readonly ImageFile[] } {
  const problems = new FileProblems(folder)
  const entries = entriesOf(folder, problems)
  const folders = entries.filter(({ isFolder }) => isFolder).map(({ name }) => name)
  const classNames = given ?? folders
  if (classNames.length < 2) {
    const found = folders.length === 0 ? 'none' : folders.join(', ')
    throw dataFileError(folder, `expected at least two folders, one for each class, found ${found}`)
  }
  for (const { name, isFolder } of entries)
    if (!isFolder && isImage(name))
      problems.add(`${name} lies beside the folders of classes; expected it in one`)
  for (const name of folders) {
    const suggestion = nearestName(name, classNames)
    if (!classNames.includes(name))
      problems.add(`unknown class "${name}"; the training set has no such folder`, { suggestion })
  }
  const images = folders.flatMap((name) => {
    const found = imagesIn(join(folder, name), problems)
    if (found.length === 0) problems.add(`${name} holds no .png, .jpg, .jpeg files`)
    const unread = found.filter((path) => !hasExtension(path, extensions))
    if (unread.length > 0)
      problems.add(
        `${relative(folder, unread[0])}${unread.length > 1 ? ` and ${unread.length - 1} more in ${name}` : ''}: images of this format are not read; expected PNG or JPEG`,
      )
    return found.map((path) => ({ path, label: classNames.indexOf(name) }))
  })
  problems.throwIfAny()
  return { classNames, images }
}

const hasExtension = (path: string, list: readonly string[]): boolean =>
  list.includes(extname(path).toLowerCase())

const isImage = (path: string): boolean => hasExtension(path, extensions) || hasExtension(path, others)

/** Images of a folder, then those of the folders in it; `above` are the folders that it lies in, which links may lead to. */
function imagesIn(folder: string, problems: FileProblems, above: readonly string[] = []): string[] {
  const own = realpathSync(folder)
  if (above.includes(own)) return []
  const entries = entriesOf(folder, problems)
  const images = entries.filter(({ isFolder, name }) => !isFolder && isImage(name))
  const folders = entries.filter(({ isFolder }) => isFolder)
  return [
    ...images.map(({ name }) => join(folder, name)),
    ...folders.flatMap(({ name }) => imagesIn(join(folder, name), problems, [...above, own])),
  ]
}

/** What is in a folder and not hidden, by name, links followed. */
function entriesOf(
  folder: string,
  problems: FileProblems,
): { readonly name: string; readonly isFolder: boolean }[] {
  const names = namesIn(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
  return names.flatMap((name) => {
    try {
      return [{ name, isFolder: statSync(join(folder, name)).isDirectory() }]
    } catch {
      problems.add(`${join(folder, name)} is a link that leads nowhere, or cannot be read`)
      return []
    }
  })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')
      throw dataFileError(folder, 'is a file; expected a folder', { cause: error })
    throw unreadable(folder, error)
  }
}
