const clipped = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value))

/**
 * torchvision's `adjust_hue` on an image: to Pillow's 8-bit HSV, the hue moved by `turns` (a whole circle is 1) in 256 steps, and back.
 * Pixels 8-bit RGB, interleaved; returns new ones.
 */
export function shiftHue(pixels: Uint8Array, turns: number): Uint8Array {
  const shift = Math.trunc(turns * 255)
  const out = new Uint8Array(pixels.length)
  for (let place = 0; place < pixels.length; place += 3) {
    const [red, green, blue] = [pixels[place]!, pixels[place + 1]!, pixels[place + 2]!]
    const value = Math.max(red, green, blue)
    const spread = value - Math.min(red, green, blue)
    if (spread === 0) {
      out.fill(value, place, place + 3)
      continue
    }
    write(out, place, (hueOf(red, green, blue, value, spread) + shift) & 255, clipped(Math.fround(Math.fround(spread / value) * 255)), value)
  }
  return out
}

/** Pillow's `rgb2hsv_row`, its floats single. */
function hueOf(red: number, green: number, blue: number, value: number, spread: number): number {
  const [r, g, b] = [Math.fround((value - red) / spread), Math.fround((value - green) / spread), Math.fround((value - blue) / spread)]
  const sixth = Math.fround(red === value ? b - g : green === value ? 2 + r - b : 4 + g - r)
  return clipped(Math.fround((sixth / 6 + 1) % 1) * 255)
}

/** Pillow's `hsv2rgb`. */
function write(out: Uint8Array, place: number, hue: number, saturation: number, value: number): void {
  if (saturation === 0) {
    out.fill(value, place, place + 3)
    return
  }
  const share = Math.fround(saturation / 255)
  const sixths = Math.fround((hue * 6) / 255)
  const sector = Math.floor(sixths)
  const rest = Math.fround(sixths - sector)
  const p = clipped(Math.round(value * (1 - share)))
  const q = clipped(Math.round(value * (1 - share * rest)))
  const t = clipped(Math.round(value * (1 - share * (1 - rest))))
  const colours = [[value, t, p], [q, value, p], [p, value, t], [p, q, value], [t, p, value], [value, p, q]] as const
  const [red, green, blue] = colours[sector % 6]!
  out[place] = red
  out[place + 1] = green
  out[place + 2] = blue
}
