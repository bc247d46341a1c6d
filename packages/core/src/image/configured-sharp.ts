import sharp from 'sharp'

// Images are worked on side by side, so threads inside one image only cost; the operation cache would hold pixels for nothing.
sharp.concurrency(1)
sharp.cache(false)

/** sharp, set up for many small images a second. Everything in core takes it from here. */
export { sharp }
