import { Compass } from 'lucide-react'
import Link from 'next/link'
import { buttonClass } from '../components/ui/button.tsx'
import { EmptyState } from '../components/ui/empty-state.tsx'

export default function NotFound() {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <EmptyState icon={Compass} title="There is no such page" action={<Link href="/" className={buttonClass('primary')}>To the leaderboard</Link>}>
        The address may be old or mistyped.
      </EmptyState>
    </>
  )
}
