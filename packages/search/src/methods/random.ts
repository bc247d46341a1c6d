import type { Method } from './method.ts'

/** Every proposal is an independent draw from the space (Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13, 2012). */
export const proposeRandom: Method = ({ space, random }) => space.sample(random)
