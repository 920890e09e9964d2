import { expect, test } from 'vitest'
import { slug } from '../../core/report/data-table.js'
import { shortNames } from '../../core/suite/analysis/results.js'
import { withOwnIds } from '../../core/suite/output/own-ids.js'

test('settings whose names a file cannot tell apart have files of their own', () => {
  const labels = ['a b', 'A-B', 'a%2Cb', 'a,2cb', '…', '--', 'constructor']
  const ids = withOwnIds(labels.map((label) => ({ id: slug(label), label })))
  expect(ids.map(({ id }) => id)).toEqual([
    'a-b',
    'a-b-2',
    'a-2cb',
    'a-2cb-2',
    'setting',
    'setting-2',
    'constructor',
  ])
})

test('what is swept goes by its own name, even that of what every object has', () => {
  expect(shortNames(['constructor', 'a.toString', 'network.clients.count'])).toEqual({
    constructor: 'constructor',
    'a.toString': 'toString',
    'network.clients.count': 'N',
  })
})
