import type { ExplicitInstance } from '../../core/instance/schema.js'

/**
 * Two clients and two servers that interfere on channel 0 and not at all on channel 1, for paper and pencil.
 *
 * With client n at server n on channel 0: uplinks at SINR 9 / (1 + 2) = 3, so 2 bit/s/Hz; downlinks at 28 / (1 + 3) = 7
 * and 4 / (1 + 3) = 1, so 3 and 1 bit/s/Hz. On channel 1: 3 and 7 for both.
 */
export const pairInstance: ExplicitInstance = {
  servers: 2,
  channels: 2,
  bandwidthHz: 10,
  noiseW: 1,
  weights: { latency: 0.5, energy: 0.25 },
  client: { powerW: [1, 1], samples: [4, 2], flops: [8, 4], joulesPerSample: [0.5, 1] },
  server: { powerW: [2, 2], flops: [10, 20] },
  load: { headFlops: 1, bodyFlops: 5, uplinkBits: 10, downlinkBits: 15 },
  uplinkGain: [
    [
      [9, 3],
      [2, 0],
    ],
    [
      [2, 0],
      [9, 3],
    ],
  ],
  downlinkGain: [
    [
      [14, 3.5],
      [1.5, 0],
    ],
    [
      [1.5, 0],
      [2, 3.5],
    ],
  ],
}
