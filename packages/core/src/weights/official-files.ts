/** A file as its publisher names it. */
export interface CatalogFile {
  readonly url: string
  /** As downloaded with these hashes by many; for progress only, the server's own length counts. Null where not known. */
  readonly bytes: number | null
  /** As Keras's source publishes it. Null where it publishes none: the file is then trusted on first use, and its SHA-256 recorded. */
  readonly hash: { readonly algorithm: 'md5' | 'sha256'; readonly value: string } | null
  readonly includeTop: boolean
}

const base = 'https://storage.googleapis.com/tensorflow/keras-applications'

function official(path: string, includeTop: boolean, md5: string | null, bytes: number | null): CatalogFile {
  return { url: `${base}/${path}`, bytes, hash: md5 === null ? null : { algorithm: 'md5', value: md5 }, includeTop }
}

/** Addresses and hashes from Keras 3.15's `keras/src/applications/*.py`. */
export const officialFiles = {
  vgg16: official('vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5', false, '6d6bbae143d832006294945121d1f1fc', 58889256),
  vgg16Top: official('vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5', true, '64373286793e3c8b2b4e3219cbf3544b', 553467096),
  vgg19: official('vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5', false, '253f8cb515780f3b799900260a226db6', 80134624),
  vgg19Top: official('vgg19/vgg19_weights_tf_dim_ordering_tf_kernels.h5', true, 'cbe5617147190e668d6c5d5026f83318', 574710816),
  inceptionV3: official('inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5', true, '9a0d58056eeedaa3f26cb7ebd46da564', 96112376),
  inceptionV3WithoutTop: official('inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5', false, 'bcbd6486424b2319ff4ef7d526e38f63', 87910968),
  xception: official('xception/xception_weights_tf_dim_ordering_tf_kernels.h5', true, '0a58e3b7378bc2990ea3b43d5981f1f6', 91884032),
  xceptionWithoutTop: official('xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5', false, 'b0042744bf5b25fce3cb969f33bebb97', 83683744),
  resnet50: official('resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5', true, '2cb95161c43110f7111970584f804107', 102967424),
  resnet50WithoutTop: official('resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5', false, '4d473c1dd8becc155b73f8504c6f6626', 94765736),
  mobilenet: official('mobilenet/mobilenet_1_0_224_tf.h5', true, null, null),
  mobilenetV2: official('mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5', true, null, null),
} as const satisfies Readonly<Record<string, CatalogFile>>

/** What ships in packages/core/bundled; see the README there. */
export const bundledMobileNetV2 = {
  fileName: 'mobilenet-v2.graft-weights',
  sha256: '66dd96b19c0961e4edffc565d5d0dbe4d1715fa0af5fa2fc0fa425a5741bc072',
  bytes: 3642160,
  includeTop: true,
  licence: 'Apache-2.0',
  source: 'bundled with Graft: github.com/google-coral/test_data, int8, dequantised',
  trainedOn: 'ImageNet',
} as const
