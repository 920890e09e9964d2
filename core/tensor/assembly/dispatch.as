// Which function computes a chunk of which kernel. A switch rather than a table of functions: those would be static data.

import { activationGradientChunk } from './activation-gradient'
import { matmulChunk } from './matmul'
import { adamChunk, momentumChunk, rmspropChunk } from './optimisers'
import { softmaxChunk, softmaxGradientChunk } from './softmax'

export const MATMUL: i32 = 0
export const ACTIVATION_GRADIENT: i32 = 1
export const MOMENTUM: i32 = 2
export const RMSPROP: i32 = 3
export const ADAM: i32 = 4
export const SOFTMAX: i32 = 5
export const SOFTMAX_GRADIENT: i32 = 6

export function runChunk(kernel: i32, chunk: i32, chunks: i32): void {
  switch (kernel) {
    case MATMUL:
      matmulChunk(chunk, chunks)
      break
    case ACTIVATION_GRADIENT:
      activationGradientChunk(chunk, chunks)
      break
    case MOMENTUM:
      momentumChunk(chunk, chunks)
      break
    case RMSPROP:
      rmspropChunk(chunk, chunks)
      break
    case ADAM:
      adamChunk(chunk, chunks)
      break
    case SOFTMAX:
      softmaxChunk(chunk, chunks)
      break
    case SOFTMAX_GRADIENT:
      softmaxGradientChunk(chunk, chunks)
      break
    default:
      unreachable()
  }
}
