import { getArtifact } from '@graft/api/http/artifacts'
import { route } from '../../../../server/route.ts'

export const dynamic = 'force-dynamic'
export const GET = route(getArtifact)
