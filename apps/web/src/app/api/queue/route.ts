import { getQueueLength } from '@graft/api/http/queue-length'
import { route } from '../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const GET = route(getQueueLength)
