import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../core/campaign/queue/connection.js'
import { readEntry } from '../../core/campaign/queue/keys.js'
import { queuePackages } from '../../core/campaign/queue/packages.js'
import { type Started, start } from '../cli/cotwin.js'
import { lackOfRedis, PASSWORD, type RedisServer, startRedis } from './redis-server.js'
import { directoryWith, rowsOf, slowPlugin, suiteFiles } from './support.js'

/** For a thousand cells, also on a machine that has much else to do. */
const LONG_MS = 1_800_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A suite of so many cells of so many ms, each of which writes down that it was begun. */
function countedCells(cells: number, ms: number) {
  const begun = `if (view.round === 1) appendFileSync(process.env.COTWIN_TEST_BEGUN, '.')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)`
  return {
    ...suiteFiles(ms),
    'suite.yaml': `scenarios: [small.yaml]
plugins: [./slow.mjs]
schedulers: [slow]
set: { rounds: 1, network.clients.count: 3 }
seeds: ${cells}
`,
    'slow.mjs': `import { appendFileSync } from 'node:fs'\n${slowPlugin(begun)}`,
  }
}

/** Processes start slowly: what has many of them runs where there is time. */
const long = test.skipIf(!process.env.COTWIN_LONG)

const lack = lackOfRedis()
if (lack) process.stderr.write(`tests of Redis are skipped: ${lack}\n`)

describe.skipIf(lack !== undefined)('behind Redis', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  const queue = (words: readonly string[] = []) => [
    'campaign',
    'queue',
    'suite.yaml',
    '--out',
    'out',
    ...words,
  ]
  const worker = (words: readonly string[] = []) => ['campaign', 'worker', '--workers', '1', ...words]
  const cellsIn = (directory: string) =>
    existsSync(join(directory, 'out', 'cells'))
      ? readdirSync(join(directory, 'out', 'cells')).filter((name) => /^[^.].*\.json$/.test(name)).length
      : 0

  /** Runs a suite on workers, does something to them meanwhile, and looks at what came of it. */
  async function campaignOf(
    cells: number,
    ms: number,
    workers: number,
    harm: (at: { directory: string; workers: Started[]; more: () => Started }) => Promise<void>,
    mode: 'directory' | 'redis' = 'directory',
  ) {
    const directory = directoryWith(countedCells(cells, ms))
    const begun = join(directory, 'begun')
    writeFileSync(begun, '')
    const env = { ...redis.env, COTWIN_TEST_BEGUN: begun }
    const from = performance.now()
    const submitter = start(queue(['--results', mode]), directory, undefined, env)
    while (!existsSync(join(directory, 'out', 'campaign.json'))) await pause(20)
    const more = () =>
      start(worker(['--wait', '--lock-seconds', '4', '--cache', 'cache']), directory, undefined, env)
    const running = Array.from({ length: workers }, more)
    await harm({ directory, workers: running, more })
    const ended = await submitter.ended
    const seconds = (performance.now() - from) / 1000
    for (const each of running) each.child.kill('SIGTERM')
    await Promise.all(running.map((each) => each.ended))
    const localFrom = performance.now()
    const local = start(
      ['bench', 'suite.yaml', '--out', 'local', '--quiet', '--no-report', '--workers', String(workers)],
      directory,
      undefined,
      { COTWIN_TEST_BEGUN: join(directory, 'begun-here') },
    )
    expect(await local.ended).toMatchObject({ code: 0, stderr: '' })
    const localSeconds = (performance.now() - localFrom) / 1000
    expect(ended.code, ended.stderr).toBe(0)
    expect(await rowsOf(join(directory, 'out'))).toEqual(await rowsOf(join(directory, 'local')))
    expect(cellsIn(directory)).toBe(cells)
    // One that is killed while it writes leaves that file, which is taken away when it is a day old.
    const left = readdirSync(join(directory, 'out', 'cells')).filter((name) => name.startsWith('.'))
    expect(left.length).toBeLessThanOrEqual(
      running.filter(({ child }) => child.signalCode === 'SIGKILL').length,
    )
    return { begun: readFileSync(begun, 'utf8').length, seconds, localSeconds, directory }
  }

  // The next two go on beside each other: both wait for most of their time, the one for processes, the other for servers.
  test.concurrent('every cell is run once, by those who are there, and the tables are those of a local run', async () => {
    const { begun } = await campaignOf(12, 20, 2, async ({ directory: at, workers }) => {
      while (cellsIn(at) < 3) await pause(20)
      workers[0].child.kill('SIGKILL')
    })
    expect(begun).toBeGreaterThanOrEqual(12)
    expect(begun).toBeLessThanOrEqual(14)
  })

  const connection = async (address: { url: string; insecure?: boolean }) => {
    process.env.COTWIN_REDIS_PASSWORD = PASSWORD
    try {
      return await connect(address, await queuePackages())
    } finally {
      delete process.env.COTWIN_REDIS_PASSWORD
    }
  }

  test.concurrent('a server that will not do is refused in one line that has no password', async () => {
    const packages = await queuePackages()
    const refusal = (url: string) => connect({ url }, packages).then(String, (error: Error) => error.message)
    const at = `127.0.0.1:${redis.port}`
    expect(await refusal(`redis://${at}`)).toBe(
      `redis://${at}: wants a password: in the address, or COTWIN_REDIS_PASSWORD`,
    )
    expect(await refusal(`redis://:wrong-secret@${at}`)).toBe(`redis://${at}: refuses this user and password`)
    expect(await refusal(`rediss://:${encodeURIComponent(PASSWORD)}@${at}`)).toMatch(
      new RegExp(`^rediss://${at}: (does not speak TLS|does not answer)`),
    )
    expect(await refusal('redis://127.0.0.1:1')).toBe('redis://127.0.0.1:1: nobody listens there')
    expect(await refusal('http://127.0.0.1')).toMatch(/^--redis: begins with http:\/\/; expected redis:/)
    expect(await refusal('nonsense')).toMatch(/^--redis: is no address; expected/)
    expect(await refusal('redis://:secret@cluster.example:6379')).toMatch(
      /^redis:\/\/cluster.example:6379: is another machine, to which one connects by TLS and with a password/,
    )
    const evicting = await startRedis(['--maxmemory-policy', 'allkeys-lru'])
    expect(await connection({ url: evicting.url }).catch((error: Error) => error.message)).toBe(
      `${evicting.url}: throws work away when its memory is full (maxmemory-policy allkeys-lru); expected noeviction`,
    )
    await evicting.stop()
    const forgetful = await startRedis(['--appendonly', 'no'])
    process.env.COTWIN_REDIS_PASSWORD = PASSWORD
    const warnings: string[] = []
    const { client } = await connect(
      { url: forgetful.url, onWarning: ({ message }) => warnings.push(message) },
      packages,
    )
    delete process.env.COTWIN_REDIS_PASSWORD
    client.disconnect()
    expect(warnings.join()).toMatch(/forgets what is waiting when it ends \(appendonly no\)/)
    await forgetful.stop()
  })

  test('without a shared disk cells come through Redis, and a submitter that was killed finds them', async () => {
    const files = countedCells(6, 20)
    const directory = directoryWith(files)
    const env = { ...redis.env, COTWIN_TEST_BEGUN: join(directory, 'begun') }
    appendFileSync(join(directory, 'begun'), '')
    const submitted = await start(queue(['--results', 'redis', '--detach']), directory, undefined, env).ended
    expect([submitted.code, submitted.stdout]).toEqual([
      0,
      expect.stringContaining('6 jobs at redis://127.0.0.1:'),
    ])
    expect(submitted.stdout + submitted.stderr).not.toContain(PASSWORD)
    const elsewhere = directoryWith()
    const worked = await start(worker(['--cache', 'cache']), elsewhere, undefined, env).ended
    expect([worked.code, worked.stdout]).toEqual([0, '6 cells finished\n'])
    expect(cellsIn(directory)).toBe(0)
    const killed = start(queue(['--results', 'redis']), directory, undefined, env)
    while (cellsIn(directory) === 0) await pause(5)
    killed.child.kill('SIGKILL')
    await killed.ended
    const followed = await start(queue(['--results', 'redis']), directory, undefined, env).ended
    expect([followed.code, cellsIn(directory)]).toEqual([0, 6])
    expect(readFileSync(join(directory, 'begun'), 'utf8').length).toBe(6)
  })

  test('an old server is refused by its version', async () => {
    const server = createServer((socket) =>
      socket.on('data', (data) => {
        const info = 'redis_version:5.0.7\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\nloading:0\r\n'
        for (const _ of String(data).matchAll(/^\*\d+/gm))
          socket.write(/ping/i.test(String(data)) ? '+PONG\r\n' : `$${info.length}\r\n${info}\r\n`)
      }),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await expect(connect({ url: `redis://127.0.0.1:${port}` }, await queuePackages())).rejects.toThrow(
      `redis://127.0.0.1:${port}: is Redis 5.0.7; expected 6.2 or later`,
    )
    server.close()
  })

  long('a mistake is not tried again, and is told; what is cancelled is gone from Redis', async () => {
    const files = suiteFiles(0)
    const directory = directoryWith({
      ...files,
      'slow.mjs': files['slow.mjs'].replace('=> client)', '=> 0)'),
    })
    const submitter = start(queue(['--seeds', '1']), directory, undefined, redis.env)
    while (!existsSync(join(directory, 'out', 'campaign.json'))) await pause(20)
    await pause(500)
    const worked = await start(worker(['--wait']), directory, undefined, redis.env)
    const ended = await submitter.ended
    expect([ended.code, ended.stderr]).toEqual([
      1,
      expect.stringMatching(/2 of 4 cells · 2 failed[\s\S]*slow, seed 1: /),
    ])
    const cancelled = await start(
      ['campaign', 'cancel', 'out', '--redis', redis.url],
      directory,
      undefined,
      redis.env,
    ).ended
    expect(cancelled.stdout).toBe('cancelled: suite; what is finished is kept\n')
    worked.child.kill('SIGTERM')
    expect((await worked.ended).code).toBe(75)
    const { client } = await connection({ url: redis.url })
    expect((await client.keys('*')).filter((key) => key.includes('cotwin:queue'))).toEqual([])
    client.disconnect()
  })

  long('a cell that takes three lock times is begun once', async () => {
    const { begun } = await campaignOf(2, 12_000, 1, async () => {})
    expect(begun).toBe(2)
  })

  long(
    '1000 cells of 50 ms on 4 workers, 3 killed, one stopped for two lock times, Redis killed once',
    async () => {
      const { begun, seconds } = await campaignOf(1000, 50, 4, async ({ directory, workers, more }) => {
        const upTo = async (cells: number) => {
          while (cellsIn(directory) < cells) await pause(20)
        }
        for (const [i, at] of [100, 250, 400].entries()) {
          await upTo(at)
          workers[i].child.kill('SIGKILL')
          workers.push(more())
        }
        await upTo(550)
        workers[3].child.kill('SIGSTOP')
        await pause(8000)
        workers[3].child.kill('SIGCONT')
        await upTo(700)
        await redis.kill()
        await pause(2000)
        await redis.restart()
      })
      process.stderr.write(`1000 cells of 50 ms, harmed: ${seconds.toFixed(1)} s, begun ${begun} times\n`)
      expect(begun).toBeLessThanOrEqual(1008)
    },
    LONG_MS,
  )

  long('1000 cells of 50 ms left alone cost little more than here', async () => {
    const { begun, seconds, localSeconds } = await campaignOf(1000, 50, 4, async () => {})
    process.stderr.write(
      `1000 cells of 50 ms on 4 workers: ${seconds.toFixed(1)} s, begun ${begun} times; ${localSeconds.toFixed(1)} s by bench here\n`,
    )
    expect(begun).toBe(1000)
  })
})

test('what Redis says of a campaign is not believed where it would name other files', () => {
  const entry = {
    id: '0123456789abcdef',
    archive: 'a'.repeat(64),
    name: 'x',
    cotwin: '0',
    programs: '0',
    node: '20.0.0',
    workers: 1,
    results: 'redis',
    home: 'x',
    directory: '/x',
  }
  expect(readEntry(JSON.stringify(entry))).toEqual(entry)
  for (const wrong of [{ archive: '../../etc' }, { id: '../x' }, { results: 'elsewhere' }])
    expect(readEntry(JSON.stringify({ ...entry, ...wrong }))).toBeUndefined()
  expect(readEntry('{')).toBeUndefined()
})

test('without its packages it says what to install', async () => {
  const hook = `export async function resolve(name, context, next) {
    if (name === 'bullmq') throw Object.assign(new Error('not there'), { code: 'ERR_MODULE_NOT_FOUND' })
    return next(name, context)
  }`
  const loader = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)})`
  const ended = await start(
    ['campaign', 'worker', '--redis', 'redis://127.0.0.1:1'],
    directoryWith(),
    undefined,
    { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(loader)}` },
  ).ended
  expect([ended.code, ended.stderr]).toEqual([
    2,
    'campaigns on Redis need the packages bullmq and ioredis, which cotwin does not bring: npm install bullmq ioredis\n',
  ])
})
