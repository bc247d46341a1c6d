import { handleTrpc } from '@graft/api/http/trpc'
import { route } from '../../../../server/route.ts'

export const dynamic = 'force-dynamic'
const handler = route<{ trpc: string }>(handleTrpc)
export { handler as GET, handler as POST }
