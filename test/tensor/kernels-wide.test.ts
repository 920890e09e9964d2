import { kernelProperties } from './kernel-properties.js'

kernelProperties('relaxed-simd', 256)
