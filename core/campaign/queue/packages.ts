import { UserError } from '../../errors.js'

/** The packages that a queue needs. */
export type QueuePackages = typeof import('bullmq') & { readonly Redis: typeof import('ioredis').Redis }

/** Loads them, only here: they are optional. */
export async function queuePackages(): Promise<QueuePackages> {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')])
    return { ...bullmq, Redis: ioredis.Redis }
  } catch (error) {
    if (!/ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND/.test(String((error as NodeJS.ErrnoException).code)))
      throw error
    throw new UserError(
      'campaigns on Redis need the packages bullmq and ioredis, which cotwin does not bring: npm install bullmq ioredis',
    )
  }
}
