import { kernelProperties } from './kernel-properties.js'

kernelProperties('simd')
