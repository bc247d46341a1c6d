/** Mirrors an image (height x width x 3) in place: left and right exchanged. */
export function flipHorizontally(pixels: Uint8Array, height: number, width: number): void {
  for (let row = 0; row < height; row++) {
    for (let left = row * width * 3, right = left + (width - 1) * 3; left < right; left += 3, right -= 3) {
      for (let channel = 0; channel < 3; channel++) {
        const kept = pixels[left + channel]!
        pixels[left + channel] = pixels[right + channel]!
        pixels[right + channel] = kept
      }
    }
  }
}

/** Turns an image (height rows of `width` x 3) upside down in place. */
export function flipVertically(pixels: Uint8Array, height: number, width: number): void {
  const length = width * 3
  for (let top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
    const kept = pixels.slice(top * length, (top + 1) * length)
    pixels.copyWithin(top * length, bottom * length, (bottom + 1) * length)
    pixels.set(kept, bottom * length)
  }
}
