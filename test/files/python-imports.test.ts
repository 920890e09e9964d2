import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hashOfFiles, pythonImports } from '../../core/plugin/index.js'

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cotwin-imports-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const files = {
  'mine.py':
    'import numpy as np, one  # two\nfrom pack.inner import thing\n\ndef f():\n    from three import (x, y)\n',
  'one.py': 'import mine\n',
  'two.py': '',
  'three.py': '',
  'pack/__init__.py': 'from . import sibling\n',
  'pack/inner.py': 'from .deeper import z\n',
  'pack/sibling.py': '',
  'pack/deeper/__init__.py': 'from ..cousin import w\n',
  'pack/cousin.py': '',
  'pack/unused.py': '',
}

test('a program is made of what it imports from its folder, through others and in circles, too', () => {
  const folder = folderWith(files)
  expect(pythonImports(join(folder, 'mine.py')).files.map((file) => relative(folder, file))).toEqual(
    [
      'mine.py',
      'one.py',
      'pack/__init__.py',
      'pack/cousin.py',
      'pack/deeper/__init__.py',
      'pack/inner.py',
      'pack/sibling.py',
      'three.py',
    ].sort(),
  )
})

test('its hash changes with each of them, and with nothing else', () => {
  const folder = folderWith(files)
  const program = join(folder, 'mine.py')
  const before = hashOfFiles(program)
  writeFileSync(join(folder, 'two.py'), 'changed = 1\n')
  expect(hashOfFiles(program)).toBe(before)
  writeFileSync(join(folder, 'pack/cousin.py'), 'changed = 1\n')
  expect(hashOfFiles(program)).not.toBe(before)
})

test('what comes from elsewhere is named, by whichever of its files imports it', () => {
  const folder = folderWith({ ...files, 'three.py': 'import torch.nn as nn, os\nfrom .one import x\n' })
  expect(pythonImports(join(folder, 'mine.py')).others).toEqual(['numpy', 'os', 'torch'])
})
