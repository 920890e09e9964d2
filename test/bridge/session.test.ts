import { expect, test } from 'vitest'
import { FrameChannel, frameKinds } from '../../core/bridge/protocol/frames.js'
import { PROTOCOL, parseHello } from '../../core/bridge/protocol/hello.js'
import { Session } from '../../core/bridge/session.js'
import { parseScenario } from '../../core/index.js'
import { builtInPlugins } from '../../plugins/index.js'

const hello = (options: object = {}) => parseHello({ protocol: PROTOCOL, envs: 2, options })

test('an option is known by its own name only, not by one that every object has', () => {
  expect(hello({ game: 'joint' }).options).toEqual({ game: 'joint' })
  expect(() => hello({ constructor: 'joint' })).toThrow(/constructor is no option of an environment/)
  expect(() => hello({ gamer: 'joint' })).toThrow(/gamer is no option of an environment/)
})

test('who asks for the map of an environment that is not there is told how many there are', async () => {
  const text = `name: two
network: { clients: { count: 3 }, servers: { count: 1 }, channels: { count: 3 } }
schedulers: [hardest-first]`
  const session = await Session.open(await parseScenario(text, { registry: builtInPlugins }), hello())
  const sent: unknown[] = []
  const channel = Object.assign(Object.create(FrameChannel.prototype) as FrameChannel, {
    sendJson: (_: number, value: unknown) => sent.push(value),
  })
  const call = (said: unknown) =>
    session.answer({ kind: frameKinds.call, body: new TextEncoder().encode(JSON.stringify(said)) }, channel)
  await call({ method: 'map', environment: 1 })
  expect(sent).toHaveLength(1)
  for (const environment of [2, -1, 0.5])
    await expect(call({ method: 'map', environment })).rejects.toThrow(
      `environment ${environment}: there are 2, counted from 0`,
    )
  await expect(call(null)).rejects.toThrow('there is no call "undefined"; there are map, reference')
})
