/** Okabe and Ito's colours, without the yellow that white paper swallows. */
export const distinctColours = [
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#000000',
  '#7F7F7F',
] as const

/** Shapes, so that nothing depends on colour alone; as many as are not a divisor of the colours. */
const shapes = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'triangle-down',
  'cross',
  'triangle-right',
] as const

/**
 * So many colours, no two alike: the distinct ones, then the same lighter and darker. What goes by them needs a legend or
 * tooltips beside it.
 */
export function manyColours(count: number): string[] {
  const hues = distinctColours.filter((colour) => colour !== '#000000')
  if (count <= distinctColours.length) return distinctColours.slice(0, count)
  const shades = Math.ceil(count / hues.length)
  return Array.from({ length: count }, (_, i) => {
    const shade = Math.floor(i / hues.length)
    // Steps towards white and black in turn.
    const share = (0.6 * Math.ceil(shade / 2)) / Math.ceil((shades - 1) / 2)
    return mixed(hues[i % hues.length], shade % 2 === 1 ? 255 : 0, share)
  })
}

/** A colour so far on its way to black (0) or white (255). */
function mixed(colour: string, towards: 0 | 255, share: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  const moved = parts.map((part) => Math.round(part + share * (towards - part)))
  return `#${moved.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** The colours of so many schedulers, no two alike, in their order. */
export const schedulerColours = (count: number): string[] => manyColours(count)

/** A colour for what has a dash or shape beside it: colours come again. */
export const colourOf = (index: number): string => distinctColours[index % distinctColours.length]
const shapeOf = (index: number): (typeof shapes)[number] => shapes[index % shapes.length]

/** Colour and shape of every scheduler, with a legend above the panels. */
export function schedulerEncoding({
  schedulers,
}: {
  readonly schedulers: readonly { readonly label: string }[]
}) {
  const labels = schedulers.map(({ label }) => label)
  return {
    color: {
      field: 'scheduler',
      type: 'nominal',
      scale: { domain: labels, range: schedulerColours(labels.length) },
      legend: { title: null, columns: Math.min(labels.length, 6) },
      sort: null,
    },
    shape: {
      field: 'scheduler',
      type: 'nominal',
      scale: { domain: labels, range: labels.map((_, i) => shapeOf(i)) },
      legend: { title: null, columns: Math.min(labels.length, 6) },
      sort: null,
    },
  } as const
}

/** A scheduler that is not the highlighted one steps back. */
export const fadedUnlessHighlighted = (opacity: number) =>
  ({
    condition: {
      test: 'highlight !== null && highlight !== datum.scheduler',
      value: Math.min(0.06, opacity),
    },
    value: opacity,
  }) as const

/** Name of the scheduler whose marks stand out, or null; the page sets it when a legend entry is clicked. */
export const highlightParameter = { name: 'highlight', value: null } as const

const shapePaths: Readonly<Record<(typeof shapes)[number], string>> = {
  circle: 'M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0Z',
  square: 'M-5,-5h10v10h-10Z',
  'triangle-up': 'M-6,5L0,-6L6,5Z',
  diamond: 'M-6,0L0,-6L6,0L0,6Z',
  'triangle-down': 'M-6,-5L0,6L6,-5Z',
  cross: 'M-6,-2H-2V-6H2V-2H6V2H2V6H-2V2H-6Z',
  'triangle-right': 'M-5,-6L6,0L-5,6Z',
}

/** The scheduler's shape as a path of about twelve pixels around the origin. */
export const shapePath = (index: number): string => shapePaths[shapeOf(index)]
