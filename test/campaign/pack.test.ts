import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { readCampaign } from '../../core/campaign/campaign-file.js'
import { checkObjects } from '../../core/campaign/objects.js'
import { packCampaign, unpackCampaign } from '../../core/campaign/pack.js'
import { readTask } from '../../core/campaign/task-file.js'
import { sha256Of } from '../../core/files/hash.js'
import { directoryWith, planIn, suiteFiles } from './support.js'

describe('a campaign as an archive', () => {
  test('is the same bytes of the same plan, and the same campaign where it is unpacked', async () => {
    const { campaign } = await planIn(directoryWith(suiteFiles()), { tasks: 2 })
    const packed = packCampaign(campaign)
    expect(packCampaign(campaign).sha256).toBe(packed.sha256)
    const there = directoryWith()
    unpackCampaign(packed, there)
    const unpacked = readCampaign(there)
    expect({ ...unpacked, directory: '' }).toEqual({ ...campaign, directory: '' })
    checkObjects(there, unpacked.objects)
    expect(readTask(unpacked, 1)).toMatchObject({ kind: 'cells', cells: { length: 6 } })
    expect(readFileSync(join(there, 'tasks', readdirSync(join(there, 'tasks'))[0]))).toBeDefined()
  })

  test.each([
    ['../outside.json'],
    ['objects/../../outside'],
    ['/etc/outside'],
    ['objects//x'],
    ['tasks\\..\\x'],
    ['C:/x'],
    ['node_modules/x/index.js'],
    ['objects'],
  ])('is refused where it has a file that leaves it: %s', (name) => {
    const bytes = zipSync({ 'campaign.json': strToU8('{}'), [name]: strToU8('x') })
    const directory = directoryWith()
    const there = join(directory, 'a', 'b')
    expect(() => unpackCampaign({ bytes, sha256: sha256Of(bytes) }, there)).toThrow(
      `has a file ${JSON.stringify(name)}, which is not a campaign's; nothing of it was used`,
    )
    expect(existsSync(join(directory, 'a'))).toBe(false)
  })

  test('is refused where it is another than was announced, or no archive', () => {
    const there = directoryWith()
    const bytes = zipSync({ 'campaign.json': strToU8('{}') })
    expect(() => unpackCampaign({ bytes, sha256: sha256Of('other') }, there)).toThrow(
      /is not the one that was announced: its SHA-256 is/,
    )
    const none = strToU8('not a zip')
    expect(() => unpackCampaign({ bytes: none, sha256: sha256Of(none) }, there)).toThrow(/cannot be read: /)
    expect(readdirSync(there)).toEqual([])
  })
})
