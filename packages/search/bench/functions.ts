import { readFileSync } from 'node:fs'
import { searchSpaceSchema, type Configuration, type SearchSpace } from '@graft/contracts/search-space'

/** A function to minimize, less its smallest value. */
export interface SearchFunction {
  name: string
  space: SearchSpace
  regret(configuration: Configuration): number
}

// The same as in tools/parity/search_functions.py, which names the sources; `checkFunctions` compares them.
const hartmannAlpha = [1, 1.2, 3, 3.2]
const hartmann3 = {
  a: [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]],
  p: [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]],
}
const hartmann6 = {
  a: [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]],
  p: [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991], [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]],
}

const sum = (terms: readonly number[]): number => terms.reduce((total, term) => total + term, 0)

function branin([x0, x1]: readonly number[]): number {
  const [b, c, t] = [5.1 / (4 * Math.PI ** 2), 5 / Math.PI, 1 / (8 * Math.PI)]
  return (x1! - b * x0! ** 2 + c * x0! - 6) ** 2 + 10 * (1 - t) * Math.cos(x0!) + 10
}

const hartmann = (x: readonly number[], { a, p }: { a: number[][]; p: number[][] }): number =>
  -sum(hartmannAlpha.map((alpha, i) => alpha * Math.exp(-sum(x.map((xj, j) => a[i]![j]! * (xj - p[i]![j]! * 1e-4) ** 2)))))

const rosenbrock = (x: readonly number[]): number => sum(x.slice(1).map((next, i) => 100 * (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2))

const ackley = (x: readonly number[]): number =>
  -20 * Math.exp(-0.2 * Math.sqrt(sum(x.map((v) => v * v)) / x.length)) - Math.exp(sum(x.map((v) => Math.cos(2 * Math.PI * v))) / x.length) + 20 + Math.E

function levy(x: readonly number[]): number {
  const w = x.map((v) => 1 + (v - 1) / 4)
  const last = w.at(-1)!
  const middle = sum(w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2)))
  return Math.sin(Math.PI * w[0]!) ** 2 + middle + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
}

const styblinskiTang = (x: readonly number[]): number => sum(x.map((v) => v ** 4 - 16 * v ** 2 + 5 * v)) / 2

function continuous(name: string, f: (x: readonly number[]) => number, domain: readonly (readonly [number, number])[], smallest: number): SearchFunction {
  const parameters = Object.fromEntries(domain.map(([min, max], index) => [`x${index}`, { distribution: 'uniform' as const, min, max }]))
  return { name, space: { parameters }, regret: (configuration) => f(domain.map((_, index) => configuration[`x${index}`] as number)) - smallest }
}

const cube = (count: number, min: number, max: number): [number, number][] => Array.from({ length: count }, () => [min, max])

interface RecipeConfiguration { optimizer: string; rate: number; momentum?: number; batch: number; layers: number; units0?: number; units1?: number; dropout?: number }

function recipeLoss({ optimizer, rate, momentum, batch, layers, units0, units1, dropout }: RecipeConfiguration): number {
  let loss = { SGD: 0, Adam: 0.02, RMSprop: 0.04 }[optimizer]! + [0.1, 0.02, 0][layers]!
  const bestRate = { SGD: -0.15 - 1.5 * (momentum ?? 0), Adam: -3, RMSprop: -3.5 }[optimizer]! + 0.15 * (Math.log2(batch) - 5)
  loss += 0.05 * (Math.log10(rate) - bestRate) ** 2
  if (momentum !== undefined) loss += 0.1 * (momentum - 0.9) ** 2
  if (units0 !== undefined) loss += 0.01 * (Math.log2(units0) - 8) ** 2 + 0.2 * (dropout! - 0.3) ** 2
  if (units1 !== undefined) loss += 0.01 * (Math.log2(units1) - 6) ** 2 + 0.02 * Math.abs(Math.log2(units0!) - Math.log2(units1) - 2)
  return loss
}

const recipeSpace = searchSpaceSchema.parse({
  parameters: {
    optimizer: { values: ['SGD', 'Adam', 'RMSprop'] },
    rate: { distribution: 'log_uniform_values', min: 1e-5, max: 1 },
    momentum: { distribution: 'uniform', min: 0, max: 0.99, when: { parameter: 'optimizer', in: ['SGD'] } },
    batch: { values: [8, 16, 32, 64, 128] },
    layers: { values: [0, 1, 2] },
    units0: { distribution: 'q_log_uniform_values', min: 16, max: 1024, q: 1, when: { parameter: 'layers', in: [1, 2] } },
    dropout: { distribution: 'q_uniform', min: 0, max: 0.5, q: 0.1, when: { parameter: 'layers', in: [1, 2] } },
    units1: { distribution: 'q_log_uniform_values', min: 16, max: 1024, q: 1, when: { parameter: 'layers', in: [2] } },
  },
})

/** Real trials of a full grid of head recipes: [learning rate, optimizer, batch size, units, dropout or null, seconds, validation loss by epoch, validation accuracy by epoch]. */
export interface HeadTable {
  axes: { learningRate: number[]; optimizer: string[]; batchSize: number[]; units: number[]; dropout: number[] }
  trials: [number, string, number, number, number | null, number, number[], number[]][]
}

export function readHeadTable(dataset: string): HeadTable {
  return JSON.parse(readFileSync(new URL(`golden/head-table-${dataset}.json`, import.meta.url), 'utf8')) as HeadTable
}

function headTable(dataset: string): SearchFunction {
  const { axes, trials } = readHeadTable(dataset)
  const keyOf = (learningRate: unknown, optimizer: unknown, batchSize: unknown, units: unknown, dropout: unknown): string => JSON.stringify([learningRate, optimizer, batchSize, units, dropout ?? null])
  const losses = new Map(trials.map((trial) => [keyOf(trial[0], trial[1], trial[2], trial[3], trial[4]), Math.min(...trial[6])]))
  const smallest = Math.min(...losses.values())
  return {
    name: `head-table-${dataset}`,
    space: searchSpaceSchema.parse({
      parameters: {
        units: { values: axes.units },
        learningRate: { values: axes.learningRate },
        optimizer: { values: axes.optimizer },
        batchSize: { values: axes.batchSize },
        dropout: { values: axes.dropout, when: { parameter: 'units', in: axes.units.filter((units) => units > 0) } },
      },
    }),
    regret: ({ learningRate, optimizer, batchSize, units, dropout }) => losses.get(keyOf(learningRate, optimizer, batchSize, units, dropout))! - smallest,
  }
}

export const functionNames = ['branin', 'hartmann-3', 'hartmann-6', 'rosenbrock-4', 'ackley-5', 'levy-4', 'styblinski-tang-5', 'recipe', 'head-table-birds', 'head-table-leaves'] as const

export function searchFunction(name: (typeof functionNames)[number]): SearchFunction {
  switch (name) {
    case 'branin':
      return continuous(name, branin, [[-5, 10], [0, 15]], 0.39788735772973816)
    case 'hartmann-3':
      return continuous(name, (x) => hartmann(x, hartmann3), cube(3, 0, 1), -3.86277978733266)
    case 'hartmann-6':
      return continuous(name, (x) => hartmann(x, hartmann6), cube(6, 0, 1), -3.322368011415515)
    case 'rosenbrock-4':
      return continuous(name, rosenbrock, cube(4, -5, 10), 0)
    case 'ackley-5':
      return continuous(name, ackley, cube(5, -32.768, 32.768), 0)
    case 'levy-4':
      return continuous(name, levy, cube(4, -10, 10), 0)
    case 'styblinski-tang-5':
      return continuous(name, styblinskiTang, cube(5, -5, 5), -39.16616570377142 * 5)
    case 'recipe':
      return { name, space: recipeSpace, regret: (configuration) => recipeLoss(configuration as unknown as RecipeConfiguration) }
    default:
      return headTable(name.replace('head-table-', ''))
  }
}

/** @throws Error where a function does not give what the Python that Optuna was measured on gives (golden/function-values.json). */
export function checkFunctions(): void {
  const recorded = JSON.parse(readFileSync(new URL('golden/function-values.json', import.meta.url), 'utf8')) as Record<string, [number[] | Configuration, number][]>
  for (const name of functionNames) {
    for (const [at, expected] of recorded[name] ?? []) {
      const found = searchFunction(name).regret(Array.isArray(at) ? Object.fromEntries(at.map((x, index) => [`x${index}`, x])) : (at as Configuration))
      if (!(Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)))) throw new Error(`${name} is ${found} here and ${expected} in Python.`)
    }
  }
}
