import type { ArtifactKind } from '@graft/contracts/trial'
import type { TrialView } from '@graft/contracts/views'
import { Download, FileCode2, FileSpreadsheet, FileText, Weight, type LucideIcon } from 'lucide-react'
import { bytesText } from '../../format/bytes.ts'
import { ExportButtons } from './export-buttons.tsx'

/** In this order on the page. */
const looks: Record<ArtifactKind, { icon: LucideIcon; name: string }> = {
  'predictions-csv': { icon: FileSpreadsheet, name: 'Predictions' },
  weights: { icon: Weight, name: 'Trained weights' },
  onnx: { icon: FileCode2, name: 'ONNX model' },
  'model-card': { icon: FileText, name: 'Model card' },
  labels: { icon: FileText, name: 'Labels' },
  'keras-h5': { icon: FileCode2, name: 'Keras model' },
  'tfjs-model': { icon: FileCode2, name: 'TensorFlow.js model' },
  'tfjs-weights': { icon: Weight, name: 'TensorFlow.js weights' },
  safetensors: { icon: Weight, name: 'Weights of the whole network' },
}

const order = Object.keys(looks)

/** What a finished trial leaves: predictions, weights, exported models. */
export function Downloads({ trial }: { trial: TrialView }) {
  return (
    <div className="space-y-3">
      <ul className="space-y-1">
        {trial.artifacts.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map((artifact) => {
          const { icon: Icon, name } = looks[artifact.kind]
          return (
            <li key={artifact.id}>
              <a href={`/api/artifacts/${encodeURIComponent(artifact.id)}`} download className="group -mx-2 flex items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover">
                <Icon aria-hidden size={15} className="text-muted" />
                <span className="min-w-0 flex-1">
                  <span className="block text-sm">{name}</span>
                  <span className="block truncate font-mono text-2xs text-faint">{artifact.name}</span>
                </span>
                <span className="text-xs text-muted tabular-nums">{bytesText(artifact.bytes)}</span>
                <Download aria-hidden size={14} className="text-faint group-hover:text-accent" />
              </a>
            </li>
          )
        })}
      </ul>
      <ExportButtons trialId={trial.id} kinds={trial.artifacts.map(({ kind }) => kind)} />
    </div>
  )
}
