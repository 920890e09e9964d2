import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readBytes } from '../../core/files/read-file.js'
import { writeFileOfParts, writeWholeFile } from '../../core/files/write-file.js'
import { readWholeFile } from '../../core/plugin/index.js'
import { temporaryDirectory } from './temporary-directory.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a file is read whole or a piece of it', () => {
  const file = join(temporaryDirectory(), 'file')
  writeFileSync(file, 'abcdef')
  expect(readWholeFile(file)).toEqual(bytes('abcdef'))
  expect(readBytes(file, 2, 4)).toEqual(bytes('cd'))
  expect(readBytes(file, 4, 99)).toEqual(bytes('ef'))
})

test.runIf(process.platform !== 'win32')('a pipe is read to its end', () => {
  const pipe = join(temporaryDirectory(), 'pipe')
  execFileSync('mkfifo', [pipe])
  execFileSync('sh', ['-c', 'printf abcdef > "$0" &', pipe], { stdio: 'ignore' })
  expect(readWholeFile(pipe)).toEqual(bytes('abcdef'))
})

test('a file that cannot be read is named, with the nearest that there is', () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'weights.safetensors'), '')
  const missing = join(directory, 'weigths.safetensors')
  expect(() => readWholeFile(missing)).toThrow(
    `${missing}: there is no such file (did you mean "weights.safetensors"?)`,
  )
  expect(() => readWholeFile(directory)).toThrow(`${directory}: is a directory; expected a file`)
})

test('a file is there in full or as it was before, and nothing else is', async () => {
  const directory = temporaryDirectory()
  const file = join(directory, 'file')
  writeWholeFile(file, [bytes('as it '), bytes('was')])
  const breaksOff = new Error('breaks off')
  const parts = function* () {
    yield bytes('new')
    throw breaksOff
  }
  const later = async function* () {
    yield* parts()
  }
  expect(() => writeWholeFile(file, parts())).toThrow(breaksOff)
  await expect(writeFileOfParts(file, later())).rejects.toBe(breaksOff)
  expect(readFileSync(file, 'utf8')).toBe('as it was')
  expect(readdirSync(directory)).toEqual(['file'])
})
