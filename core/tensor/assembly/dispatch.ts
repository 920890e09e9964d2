// Which function computes a chunk of which kernel. A switch rather than a table of functions: those would be static data.

import { activationGradientChunk } from './activation-gradient'
import { columnNormalisationChunk, columnNormalisationGradientChunk } from './batch-normalisation'
import { convolutionChunk, convolutionFilterChunk, convolutionInputChunk } from './convolution'
import { directConvolutionChunk, directConvolutionInputChunk } from './direct-convolution'
import { directConvolutionFilterChunk } from './direct-filter-gradient'
import { gruBackwardChunk, gruForwardChunk } from './gru'
import { rowNormalisationChunk, rowNormalisationGradientChunk, rowNormalisationSumsChunk } from './layer-normalisation'
import { lstmBackwardChunk, lstmForwardChunk } from './lstm'
import { matmulChunk } from './matmul'
import { adamChunk, momentumChunk, rmspropChunk } from './optimisers'
import { averagePoolChunk, averagePoolGradientChunk, maxPoolChunk, maxPoolGradientChunk } from './pooling'
import { activateChunk, columnSumChunk, rowSumChunk } from './reduction'
import { softmaxChunk, softmaxGradientChunk } from './softmax'

export const MATMUL: i32 = 0
export const ACTIVATION_GRADIENT: i32 = 1
export const MOMENTUM: i32 = 2
export const RMSPROP: i32 = 3
export const ADAM: i32 = 4
export const SOFTMAX: i32 = 5
export const SOFTMAX_GRADIENT: i32 = 6
export const CONVOLUTION: i32 = 7
export const CONVOLUTION_FILTER: i32 = 8
export const CONVOLUTION_INPUT: i32 = 9
export const MAX_POOL: i32 = 10
export const AVERAGE_POOL: i32 = 11
export const MAX_POOL_GRADIENT: i32 = 12
export const AVERAGE_POOL_GRADIENT: i32 = 13
export const LSTM_FORWARD: i32 = 14
export const LSTM_BACKWARD: i32 = 15
export const GRU_FORWARD: i32 = 16
export const GRU_BACKWARD: i32 = 17
export const ROW_NORMALISATION: i32 = 18
export const ROW_NORMALISATION_GRADIENT: i32 = 19
export const ROW_NORMALISATION_SUMS: i32 = 20
export const COLUMN_NORMALISATION: i32 = 21
export const COLUMN_NORMALISATION_GRADIENT: i32 = 22
export const ROW_SUM: i32 = 23
export const COLUMN_SUM: i32 = 24
export const ACTIVATION: i32 = 25
export const DIRECT_CONVOLUTION: i32 = 26
export const DIRECT_CONVOLUTION_FILTER: i32 = 27
export const DIRECT_CONVOLUTION_INPUT: i32 = 28

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
    case CONVOLUTION:
      convolutionChunk(chunk, chunks)
      break
    case CONVOLUTION_FILTER:
      convolutionFilterChunk(chunk, chunks)
      break
    case CONVOLUTION_INPUT:
      convolutionInputChunk(chunk, chunks)
      break
    case MAX_POOL:
      maxPoolChunk(chunk, chunks)
      break
    case AVERAGE_POOL:
      averagePoolChunk(chunk, chunks)
      break
    case MAX_POOL_GRADIENT:
      maxPoolGradientChunk(chunk, chunks)
      break
    case AVERAGE_POOL_GRADIENT:
      averagePoolGradientChunk(chunk, chunks)
      break
    case LSTM_FORWARD:
      lstmForwardChunk(chunk, chunks)
      break
    case LSTM_BACKWARD:
      lstmBackwardChunk(chunk, chunks)
      break
    case GRU_FORWARD:
      gruForwardChunk(chunk, chunks)
      break
    case GRU_BACKWARD:
      gruBackwardChunk(chunk, chunks)
      break
    case ROW_NORMALISATION:
      rowNormalisationChunk(chunk, chunks)
      break
    case ROW_NORMALISATION_GRADIENT:
      rowNormalisationGradientChunk(chunk, chunks)
      break
    case ROW_NORMALISATION_SUMS:
      rowNormalisationSumsChunk(chunk, chunks)
      break
    case COLUMN_NORMALISATION:
      columnNormalisationChunk(chunk, chunks)
      break
    case COLUMN_NORMALISATION_GRADIENT:
      columnNormalisationGradientChunk(chunk, chunks)
      break
    case ROW_SUM:
      rowSumChunk(chunk, chunks)
      break
    case COLUMN_SUM:
      columnSumChunk(chunk, chunks)
      break
    case ACTIVATION:
      activateChunk(chunk, chunks)
      break
    case DIRECT_CONVOLUTION:
      directConvolutionChunk(chunk, chunks)
      break
    case DIRECT_CONVOLUTION_FILTER:
      directConvolutionFilterChunk(chunk, chunks)
      break
    case DIRECT_CONVOLUTION_INPUT:
      directConvolutionInputChunk(chunk, chunks)
      break
    default:
      unreachable()
  }
}
