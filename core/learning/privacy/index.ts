/** Differential privacy of what clients share: clipping, noise, and an account of what it comes to. */
export { defaultOrders, type Mechanism, RenyiAccountant } from './accountant.js'
export { noiseMultiplierFor } from './calibration.js'
export { clip, normOf } from './clip.js'
export { bestGuarantee, classicConversion, improvedConversion } from './conversion.js'
export { type DisturbanceSettings, type PrivateRelease, privateRelease } from './disturbance.js'
export { gaussianRdp } from './gaussian-rdp.js'
export { laplaceRdp } from './laplace-rdp.js'
export { addGaussianNoise, addLaplaceNoise } from './noise.js'
