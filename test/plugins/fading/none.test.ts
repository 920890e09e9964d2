import { expect, test } from 'vitest'
import { fadingPowers } from './sample.js'

test('every gain is its mean', async () => {
  expect(await fadingPowers('none', {}, 80)).toEqual(new Float64Array(80).fill(1))
})
