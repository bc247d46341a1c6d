import { NewSweep } from '../../../components/sweeps/new-sweep.tsx'

export const metadata = { title: 'New sweep' }

const list = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat())

export default async function NewSweepPage({ searchParams }: { searchParams: Promise<{ dataset?: string | string[]; model?: string | string[]; like?: string | string[]; from?: string | string[] }> }) {
  const { dataset, model, like, from } = await searchParams
  return <NewSweep datasets={list(dataset)} models={list(model)} like={list(like)[0] ?? list(from)[0]} warmStarted={list(from).length > 0} />
}
