import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { publish, refuseForeign } from '../../core/files/publish.js'
import { temporaryDirectory } from './temporary-directory.js'

const RECORD = 'written-files.json'

/** Puts these files, by path, into a directory in place of all before. */
const put = (directory: string, files: Readonly<Record<string, string>>) =>
  publish(
    directory,
    (folder) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
    },
    { replaced: () => true },
  )

/** Everything in a directory by path, links followed, the record left out. */
function contents(directory: string, at = ''): Record<string, string> {
  const found = readdirSync(join(directory, at), { withFileTypes: true }).flatMap((entry) => {
    const path = join(at, entry.name)
    if (path === RECORD) return []
    if (entry.isFile()) return [[path, readFileSync(join(directory, path), 'utf8')]]
    return Object.entries(contents(directory, path))
  })
  return Object.fromEntries(found)
}

const problemsOf = async (act: Promise<unknown>): Promise<string[]> => {
  const error = await act.then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).message.split('\n')
}

describe('what is put into a directory', () => {
  test('takes the place of what was put there before, and of nothing else', async () => {
    const directory = temporaryDirectory()
    await put(directory, { 'report.html': '1', 'figures/a.svg': 'a', 'figures/b.svg': 'b' })
    writeFileSync(join(directory, 'figures', 'photo.pdf'), 'mine')
    mkdirSync(join(directory, 'figures', 'raw'))
    writeFileSync(join(directory, 'figures', 'raw', 'data.csv'), 'mine')
    writeFileSync(join(directory, 'figures', 'b.svg'), 'changed by me')
    await put(directory, { 'report.html': '2', 'figures/c.svg': 'c' })
    expect(contents(directory)).toEqual({
      'report.html': '2',
      'figures/b.svg': 'changed by me',
      'figures/c.svg': 'c',
      'figures/photo.pdf': 'mine',
      'figures/raw/data.csv': 'mine',
    })
  })

  test('leaves everything as it is where something else is in the way, and names all of it', async () => {
    const directory = temporaryDirectory()
    await put(directory, { 'tables.md': '1', 'figures/a.svg': 'a' })
    writeFileSync(join(directory, 'report.html'), 'mine')
    writeFileSync(join(directory, 'tables.md'), 'mine, from theirs')
    symlinkSync('nowhere', join(directory, 'figures', 'b.svg'))
    const problems = await problemsOf(
      put(directory, { 'report.html': '2', 'tables.md': '2', 'figures/a.svg': '2', 'figures/b.svg': '2' }),
    )
    expect(problems).toEqual(
      ['figures/b.svg', 'report.html', 'tables.md'].map(
        (path) =>
          `${join(directory, path)}: is there and is not as cotwin wrote it, so it stays; move it away, or choose another directory`,
      ),
    )
    expect(readdirSync(directory).sort()).toEqual(['figures', 'report.html', 'tables.md', RECORD])
    expect(readFileSync(join(directory, 'figures', 'a.svg'), 'utf8')).toBe('a')
    expect(() => refuseForeign(directory, ['report.html', 'results.parquet'])).toThrow(
      /report\.html: is there/,
    )
    expect(() => refuseForeign(directory, ['results.parquet', 'figures/a.svg'])).not.toThrow()
  })

  test('deletes and replaces nothing behind a link', async () => {
    const [directory, elsewhere] = [temporaryDirectory(), temporaryDirectory()]
    writeFileSync(join(elsewhere, 'precious.txt'), 'mine')
    writeFileSync(join(elsewhere, 'a.svg'), 'mine')
    symlinkSync(elsewhere, join(directory, 'figures'))
    expect(await problemsOf(put(directory, { 'figures/a.svg': 'a' }))).toHaveLength(1)
    await put(directory, { 'figures/b.svg': 'b' })
    await put(directory, { 'report.html': '1' })
    expect(contents(elsewhere)).toEqual({ 'precious.txt': 'mine', 'a.svg': 'mine' })
  })

  test('that another program calls its record is not touched', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, RECORD), '{"mine": true}')
    expect(await problemsOf(put(directory, { 'report.html': '1' }))).toEqual([
      expect.stringContaining(`${RECORD}: is there and is not as cotwin wrote it`),
    ])
    expect(readdirSync(directory)).toEqual([RECORD])
    expect(readFileSync(join(directory, RECORD), 'utf8')).toBe('{"mine": true}')
  })

  test('is there in full or not at all when it cannot be written', async () => {
    const directory = temporaryDirectory()
    await put(directory, { 'report.html': '1' })
    const failing = publish(directory, (folder) => {
      writeFileSync(join(folder, 'report.html'), '2')
      throw new UserError({ message: 'no room', place: { file: join(folder, 'figures', 'a.svg') } })
    })
    expect(await problemsOf(failing)).toEqual([`${join(directory, 'figures', 'a.svg')}: no room`])
    expect(contents(directory)).toEqual({ 'report.html': '1' })
  })

  test('never costs others a file, whatever is written and put beside it', async () => {
    const name = fc.constantFrom('a', 'b', 'f/a', 'f/b')
    const text = fc.constantFrom('1', '2', '3')
    const files = fc.dictionary(name, text, { maxKeys: 4, minKeys: 1 })
    const step = fc.oneof(
      files.map((put) => ({ put })),
      fc.record({ path: name, mine: text.map((each) => `mine ${each}`) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const directory = temporaryDirectory()
        const mine: Record<string, string> = {}
        for (const each of steps) {
          if ('put' in each) {
            await put(directory, each.put).catch((error) => expect(error).toBeInstanceOf(UserError))
          } else {
            mkdirSync(dirname(join(directory, each.path)), { recursive: true })
            writeFileSync(join(directory, each.path), each.mine)
            mine[each.path] = each.mine
          }
          expect(contents(directory)).toMatchObject(mine)
        }
      }),
      { numRuns: 20 },
    )
  })
})
