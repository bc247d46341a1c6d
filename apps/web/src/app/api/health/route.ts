import { getHealth } from '@graft/api/http/health'
import { route } from '../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const GET = route(getHealth)
