import { getThumbnail } from '@graft/api/http/images'
import { route } from '../../../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const GET = route(getThumbnail)
