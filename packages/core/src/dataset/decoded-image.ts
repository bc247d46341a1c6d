import type { ImportIssueKind } from '@graft/contracts/dataset'
import type { ImageFormat } from '../image/sniff-format.ts'

/** What an import learns from decoding one image. */
export interface DecodedImage {
  format: ImageFormat
  /** Pixels, upright. */
  width: number
  height: number
  /** SHA-256 of width, height and the 8-bit sRGB pixels: equal for two files that show the same, however they are packed. */
  pixelHash: string
  /** 64-bit difference hash, 16 hexadecimal digits. */
  perceptualHash: string
  /** WebP, at most 256 pixels on the longer side. */
  thumbnail: Uint8Array
}

/** Why an image cannot be used. */
export interface DecodeFailure {
  kind: Extract<ImportIssueKind, 'corrupt' | 'truncated' | 'empty' | 'not-an-image' | 'too-large'>
  /** One sentence for people. */
  reason: string
}

export type DecodeOutcome = { image: DecodedImage } | { failure: DecodeFailure }
