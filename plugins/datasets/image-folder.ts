import { type Dataset, definePlugin, type Samples, Type, tokens } from '../../core/plugin/index.js'
import { dataFileError } from '../files/data-file.js'
import { fileOption } from '../files/file-option.js'
import { type ImageFile, listImages } from './shared/image-files.js'
import { ImageStore } from './shared/image-store.js'
import { splitOff, subset } from './shared/samples.js'
import { testShare } from './shared/test-share.js'

const folder = (what: string) =>
  fileOption(`folder of images ${what}, a folder in it for each class`, 'the path of a folder')

export default definePlugin({
  kind: 'dataset',
  name: 'image-folder',
  summary: 'PNG and JPEG images in folders named as their classes; decoded as they are first read, then kept',
  options: Type.Object(
    {
      train: folder('to train on'),
      test: Type.Optional(folder('to test with, the same classes')),
      testShare,
      widthPixels: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: 'resized to; of the first image where left out, and all must have it',
        }),
      ),
      heightPixels: Type.Optional(Type.Integer({ minimum: 1, description: 'resized to, as widthPixels' })),
      channels: Type.Enum([3, 1], { default: 3, description: '3: colours; 1: brightness alone' }),
      normalisation: Type.Enum(['unit', 'none'], {
        default: 'unit',
        description: 'unit: 0 to 1; none: 0 to 255',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { files: tokens.files, random: tokens.random },
  create: ({ train, test, testShare, normalisation, ...options }, { files, random }): Dataset => {
    if ((options.widthPixels === undefined) !== (options.heightPixels === undefined))
      throw dataFileError(
        files.resolve(train),
        'expected both widthPixels and heightPixels to resize to, or neither',
      )
    const training = listImages(files.resolve(train))
    const { classNames } = training
    const [first] = training.images
    const store = new ImageStore(first, options)
    const scale = normalisation === 'unit' ? 1 / 255 : 1
    const samplesOf = (images: readonly ImageFile[]): Samples => ({
      count: images.length,
      labels: Int32Array.from(images, ({ label }) => label),
      read: (indices, into) =>
        store.read(
          Array.from(indices, (index) => images[index]),
          into,
          scale,
        ),
    })
    const common = { sampleShape: store.shape, classes: classNames.length, classNames }
    const all = samplesOf(training.images)
    if (test !== undefined)
      return { ...common, train: all, test: samplesOf(listImages(files.resolve(test), classNames).images) }
    const chosen = splitOff(all.count, testShare, random)
    return { ...common, train: subset(all, chosen.train), test: subset(all, chosen.test) }
  },
})
