/** An address on the heap, in bytes; 0 stands for "none". */
export type Address = number

/** What the compiled kernels offer; each is described beside its source in `../assembly`. */
export interface KernelExports {
  readonly SCRATCH_BYTES: { readonly value: number }
  /** The longest patch whose gradient with respect to the input is formed. */
  readonly PATCH_FLOATS: { readonly value: number }
  readonly CONTROL_BYTES: { readonly value: number }
  attach(control: Address, scratch: Address): void
  setThreads(count: number): void
  setWide(on: boolean): void
  tilesTrial(a: Address, b: Address, c: Address, k: number, on: boolean, repeats: number): void
  serve(): void
  reportDead(): void
  setDeadNaps(naps: number): void
  stopHelpers(): void
  matmul(
    a: Address,
    b: Address,
    c: Address,
    bias: Address,
    batch: number,
    aBatch: number,
    bBatch: number,
    biasBatch: number,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    activation: number,
    accumulate: boolean,
  ): void
  activationGradient(
    y: Address,
    dy: Address,
    dz: Address,
    dBias: Address,
    partial: Address,
    parts: number,
    batch: number,
    rows: number,
    columns: number,
    activation: number,
  ): void
  momentum(
    out: Address,
    w: Address,
    g: Address,
    v: Address,
    n: number,
    rate: number,
    factor: number,
    decay: number,
    nesterov: boolean,
  ): void
  rmsprop(
    out: Address,
    w: Address,
    g: Address,
    s: Address,
    v: Address,
    n: number,
    rate: number,
    decay: number,
    epsilon: number,
    factor: number,
  ): void
  adam(
    out: Address,
    w: Address,
    g: Address,
    m: Address,
    v: Address,
    n: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
    decay: number,
    decoupled: boolean,
  ): void
  softmax(x: Address, y: Address, rows: number, columns: number): void
  softmaxGradient(y: Address, dy: Address, dx: Address, rows: number, columns: number): void
  softmaxCrossEntropy(
    logits: Address,
    classes: Address,
    labels: Address,
    loss: Address,
    gradient: Address,
    rows: number,
    columns: number,
  ): void
  dueling(head: Address, q: Address, rows: number, actions: number): void
  duelingGradient(dq: Address, dHead: Address, rows: number, actions: number): void
  greedyActions(q: Address, out: Address, rows: number, actions: number): void
  doubleQTargets(
    online: Address,
    target: Address,
    rewards: Address,
    discounts: Address,
    out: Address,
    rows: number,
    actions: number,
  ): void
  temporalDifference(
    q: Address,
    taken: Address,
    targets: Address,
    loss: Address,
    dq: Address,
    agents: number,
    samples: number,
    actions: number,
    delta: number,
  ): void
  convolutionGeometry(...geometry: ConvolutionGeometry): void
  convolution(
    x: Address,
    filter: Address,
    bias: Address,
    out: Address,
    activation: number,
    packed: Address,
  ): void
  convolutionFilter(x: Address, dy: Address, dFilter: Address, partial: Address, parts: number): void
  convolutionInput(dy: Address, filter: Address, dx: Address, packed: Address): void
  directConvolution(
    x: Address,
    filter: Address,
    bias: Address,
    y: Address,
    activation: number,
    packed: Address,
  ): void
  directConvolutionFilter(x: Address, dy: Address, dFilter: Address): void
  directConvolutionInput(dy: Address, filter: Address, dx: Address, packed: Address): void
  poolingGeometry(...geometry: PoolingGeometry): void
  maxPool(x: Address, y: Address): void
  averagePool(x: Address, y: Address): void
  maxPoolGradient(x: Address, y: Address, dy: Address, dx: Address): void
  averagePoolGradient(dy: Address, dx: Address): void
  rowNormalisation(
    x: Address,
    gain: Address,
    shift: Address,
    y: Address,
    mean: Address,
    inverse: Address,
    rows: number,
    columns: number,
    epsilon: number,
  ): void
  columnNormalisation(
    x: Address,
    gain: Address,
    shift: Address,
    y: Address,
    mean: Address,
    variance: Address,
    inverse: Address,
    rows: number,
    columns: number,
    epsilon: number,
  ): void
  rowNormalisationGradient(...call: NormalisationGradient): void
  columnNormalisationGradient(...call: NormalisationGradient): void
  segmentSum(x: Address, ids: Address, out: Address, rows: number, columns: number, segments: number): void
  rowSum(x: Address, out: Address, rows: number, columns: number, scale: number): void
  columnSum(x: Address, out: Address, rows: number, columns: number, scale: number): void
  activate(x: Address, y: Address, n: number, activation: number): void
  repeatBlocks(x: Address, y: Address, outer: number, repeats: number, bytes: number): void
  copyBlocks(x: Address, xApart: number, y: Address, yApart: number, count: number, bytes: number): void
  swapAxes(x: Address, y: Address, outer: number, inner: number, row: number): void
  gruForward(
    recurrent: Address,
    bias: Address,
    packed: Address,
    gates: Address,
    products: Address,
    states: Address,
    steps: number,
    batch: number,
    units: number,
  ): void
  gruBackward(
    recurrent: Address,
    packed: Address,
    gates: Address,
    products: Address,
    states: Address,
    dStates: Address,
    everyStep: boolean,
    dGates: Address,
    dProducts: Address,
    dState: Address,
    steps: number,
    batch: number,
    units: number,
  ): void
  lstmForward(
    recurrent: Address,
    packed: Address,
    gates: Address,
    states: Address,
    cells: Address,
    squashed: Address,
    steps: number,
    batch: number,
    units: number,
  ): void
  lstmBackward(
    recurrent: Address,
    packed: Address,
    gates: Address,
    cells: Address,
    squashed: Address,
    dStates: Address,
    everyStep: boolean,
    dGates: Address,
    dState: Address,
    dCell: Address,
    steps: number,
    batch: number,
    units: number,
  ): void
}

type ConvolutionGeometry = [
  ...[batch: number, inH: number, inW: number, inC: number],
  ...[outH: number, outW: number, outC: number, filterH: number, filterW: number],
  ...[strideH: number, strideW: number, dilationH: number, dilationW: number, top: number, left: number],
]

type PoolingGeometry = [
  ...[batch: number, inH: number, inW: number, channels: number],
  ...[outH: number, outW: number, windowH: number, windowW: number],
  ...[strideH: number, strideW: number, dilationH: number, dilationW: number, top: number, left: number],
]

type NormalisationGradient = [
  ...[x: Address, gain: Address, dy: Address, mean: Address, inverse: Address],
  ...[dx: Address, dGain: Address, dShift: Address, rows: number, columns: number],
]
