import type { AnyPlugin } from '../core/plugin/definition.js'
import { PluginRegistry } from '../core/plugin/registry.js'
import bulyan from './aggregators/bulyan.js'
import coordinateMedian from './aggregators/coordinate-median.js'
import fedadagrad from './aggregators/fedadagrad.js'
import fedadam from './aggregators/fedadam.js'
import fedasync from './aggregators/fedasync.js'
import fedavg from './aggregators/fedavg.js'
import fedavgm from './aggregators/fedavgm.js'
import fedbuff from './aggregators/fedbuff.js'
import fedcompass from './aggregators/fedcompass.js'
import fednova from './aggregators/fednova.js'
import fedprox from './aggregators/fedprox.js'
import fedyogi from './aggregators/fedyogi.js'
import geometricMedian from './aggregators/geometric-median.js'
import krum from './aggregators/krum.js'
import multiKrum from './aggregators/multi-krum.js'
import scaffold from './aggregators/scaffold.js'
import trimmedMean from './aggregators/trimmed-mean.js'
import alternating from './allocators/alternating.js'
import coordinateDescent from './allocators/coordinate-descent.js'
import edgeCost from './allocators/edge-cost.js'
import equalFinish from './allocators/equal-finish.js'
import evenShares from './allocators/even-shares.js'
import fdmaMinimumEnergy from './allocators/fdma-minimum-energy.js'
import fdmaMinimumTime from './allocators/fdma-minimum-time.js'
import fedl from './allocators/fedl.js'
import minimumEnergyClock from './allocators/minimum-energy-clock.js'
import ownCuts from './allocators/own-cuts.js'
import powerControl from './allocators/power-control.js'
import waterFilling from './allocators/water-filling.js'
import churnFedScale from './churn/fedscale.js'
import poisson from './churn/poisson.js'
import churnSumo from './churn/sumo-fcd.js'
import churnTrace from './churn/trace.js'
import computeTimeFedScale from './compute-time/fedscale.js'
import lognormal from './compute-time/lognormal.js'
import pareto from './compute-time/pareto.js'
import computeTimeTrace from './compute-time/trace.js'
import cifar from './datasets/cifar.js'
import csvDataset from './datasets/csv.js'
import idx from './datasets/idx.js'
import imageFolder from './datasets/image-folder.js'
import npy from './datasets/npy.js'
import npz from './datasets/npz.js'
import syntheticClassification from './datasets/synthetic-classification.js'
import syntheticIntention from './datasets/synthetic-intention.js'
import ar1 from './estimators/ar1.js'
import expected from './estimators/expected.js'
import hold from './estimators/hold.js'
import kalman from './estimators/kalman.js'
import radioMap from './estimators/radio-map.js'
import averaged from './fading/averaged.js'
import nakagami from './fading/nakagami.js'
import none from './fading/none.js'
import rayleigh from './fading/rayleigh.js'
import rician from './fading/rician.js'
import throughputMap from './gains/throughput-map.js'
import trace from './gains/trace.js'
import gaussMarkov from './mobility/gauss-markov.js'
import randomWaypoint from './mobility/random-waypoint.js'
import mobilitySumo from './mobility/sumo-fcd.js'
import mobilityTrace from './mobility/trace.js'
import intention from './models/intention.js'
import lenet from './models/lenet.js'
import logistic from './models/logistic.js'
import lstm from './models/lstm.js'
import mlp from './models/mlp.js'
import resnetSmall from './models/resnet-small.js'
import resnet50Lstm from './models/resnet50-lstm.js'
import energyQueues from './objectives/energy-queues.js'
import fairnessQueues from './objectives/fairness-queues.js'
import packetErrors from './objectives/packet-errors.js'
import participation from './objectives/participation.js'
import serverEnergy from './objectives/server-energy.js'
import weighted from './objectives/weighted.js'
import dirichlet from './partitions/dirichlet.js'
import iid from './partitions/iid.js'
import quantitySkew from './partitions/quantity-skew.js'
import shards from './partitions/shards.js'
import corners from './placement/corners.js'
import placementFile from './placement/file.js'
import fixed from './placement/fixed.js'
import grid from './placement/grid.js'
import hexagonal from './placement/hexagonal.js'
import hexagonalCells from './placement/hexagonal-cells.js'
import uniform from './placement/uniform.js'
import propagationFile from './propagation/file.js'
import freeSpace from './propagation/free-space.js'
import inf from './propagation/inf.js'
import inh from './propagation/inh.js'
import logDistance from './propagation/log-distance.js'
import rma from './propagation/rma.js'
import uma from './propagation/uma.js'
import umi from './propagation/umi.js'
import asynchronous from './protocols/asynchronous.js'
import centralized from './protocols/centralized.js'
import collaborative from './protocols/collaborative.js'
import decentralised from './protocols/decentralised.js'
import fedcompassProtocol from './protocols/fedcompass.js'
import federated from './protocols/federated.js'
import hierarchical from './protocols/hierarchical.js'
import pipelined from './protocols/pipelined.js'
import semiSynchronous from './protocols/semi-synchronous.js'
import split from './protocols/split.js'
import splitfed from './protocols/splitfed.js'
import uShaped from './protocols/u-shaped.js'
import cqi from './rates/cqi.js'
import shannon from './rates/shannon.js'
import rateTable from './rates/table.js'
import truncatedShannon from './rates/truncated-shannon.js'
import cpsl from './schedulers/cpsl.js'
import d3qn from './schedulers/d3qn.js'
import decomposition from './schedulers/decomposition.js'
import fedcs from './schedulers/fedcs.js'
import greedy from './schedulers/greedy.js'
import hardestFirst from './schedulers/hardest-first.js'
import localSearch from './schedulers/local-search.js'
import maxSinr from './schedulers/max-sinr.js'
import onnx from './schedulers/onnx.js'
import oort from './schedulers/oort.js'
import optimal from './schedulers/optimal.js'
import packetErrorMatching from './schedulers/packet-error-matching.js'
import powerOfChoice from './schedulers/power-of-choice.js'
import proportionalFair from './schedulers/proportional-fair.js'
import python from './schedulers/python.js'
import random from './schedulers/random.js'
import roundRobin from './schedulers/round-robin.js'
import sequentialQ from './schedulers/sequential-q.js'
import staticAssignment from './schedulers/static.js'
import strongestServer from './schedulers/strongest-server.js'
import swapMatching from './schedulers/swap-matching.js'

/** Every plugin that comes with cotwin, by kind. */
const plugins: readonly AnyPlugin[] = [
  random,
  maxSinr,
  greedy,
  hardestFirst,
  decomposition,
  swapMatching,
  localSearch,
  d3qn,
  staticAssignment,
  sequentialQ,
  optimal,
  python,
  onnx,
  fedcs,
  oort,
  powerOfChoice,
  roundRobin,
  strongestServer,
  proportionalFair,
  packetErrorMatching,
  cpsl,
  uniform,
  corners,
  grid,
  hexagonal,
  hexagonalCells,
  fixed,
  placementFile,
  logDistance,
  freeSpace,
  umi,
  uma,
  rma,
  inh,
  inf,
  propagationFile,
  rayleigh,
  rician,
  averaged,
  nakagami,
  none,
  shannon,
  truncatedShannon,
  cqi,
  rateTable,
  randomWaypoint,
  gaussMarkov,
  mobilityTrace,
  mobilitySumo,
  throughputMap,
  trace,
  poisson,
  churnTrace,
  churnSumo,
  churnFedScale,
  lognormal,
  pareto,
  computeTimeTrace,
  computeTimeFedScale,
  syntheticIntention,
  syntheticClassification,
  idx,
  cifar,
  npy,
  npz,
  csvDataset,
  imageFolder,
  iid,
  dirichlet,
  shards,
  quantitySkew,
  fedavg,
  fedavgm,
  fedadam,
  fedyogi,
  fedadagrad,
  fedprox,
  scaffold,
  fednova,
  coordinateMedian,
  trimmedMean,
  krum,
  multiKrum,
  alternating,
  coordinateDescent,
  equalFinish,
  evenShares,
  fdmaMinimumEnergy,
  fdmaMinimumTime,
  minimumEnergyClock,
  powerControl,
  waterFilling,
  fedl,
  edgeCost,
  ownCuts,
  bulyan,
  geometricMedian,
  fedasync,
  fedbuff,
  fedcompass,
  intention,
  lenet,
  logistic,
  lstm,
  mlp,
  resnetSmall,
  resnet50Lstm,
  expected,
  hold,
  ar1,
  kalman,
  radioMap,
  asynchronous,
  centralized,
  collaborative,
  decentralised,
  fedcompassProtocol,
  federated,
  hierarchical,
  pipelined,
  semiSynchronous,
  split,
  splitfed,
  uShaped,
  weighted,
  participation,
  serverEnergy,
  packetErrors,
  energyQueues,
  fairnessQueues,
]

/** A registry of the built-in plugins. */
export const builtInPlugins = new PluginRegistry(plugins)
