'use client'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { useTRPC } from '../../../trpc/client.tsx'
import type { Frame } from '../../plots/frame.ts'
import type { Surface } from '../../plots/paint.ts'
import { Segments } from '../../ui/segments.tsx'
import { Panel } from '../../ui/panel.tsx'
import { costAxis, costComparisons, costTexts, paretoCosts, paretoScores, scoreAxis, type ParetoCost, type ParetoScore } from './pareto-axes.ts'
import { paretoTrials } from './pareto-trials.ts'
import { ScatterPlot, type ScatterAxis } from './scatter-plot.tsx'
import type { TrialPlotProps } from './slices.tsx'

/** The front as steps, and its trials. */
function usePaintFront(front: readonly number[], horizontal: ScatterAxis, upright: ScatterAxis): (surface: Surface, frame: Frame) => void {
  return useCallback(
    ({ context, colours }: Surface, frame: Frame) => {
      context.strokeStyle = colours.accent
      context.fillStyle = colours.accent
      context.lineWidth = 2
      context.beginPath()
      let before: number | undefined
      for (const trial of front) {
        const [x, y] = [frame.x(horizontal.places[trial]!), frame.y(upright.places[trial]!)]
        // Between two trials of the front nothing better is known than the cheaper one.
        if (before !== undefined) context.lineTo(x, before)
        if (before === undefined) context.moveTo(x, y)
        else context.lineTo(x, y)
        before = y
      }
      context.stroke()
      for (const trial of front) {
        context.beginPath()
        context.arc(frame.x(horizontal.places[trial]!), frame.y(upright.places[trial]!), 3.5, 0, 2 * Math.PI)
        context.fill()
      }
    },
    [front, horizontal, upright],
  )
}

/** A score against a cost of a trial, and the front: the trials that none is both better and cheaper than. Either is chosen of what is known. */
export function ParetoPlot(plot: TrialPlotProps) {
  const { columns, inside } = plot
  const trpc = useTRPC()
  const models = useQuery(trpc.model.list.queryOptions())
  const sizes = useMemo(() => new Map((models.data ?? []).map(({ id, parameters }) => [id, parameters])), [models.data])
  const [chosenScore, setScore] = useState<ParetoScore>('objective')
  const [chosenCost, setCost] = useState<ParetoCost>('time')
  const scores = useMemo(() => paretoScores(columns), [columns])
  const costs = useMemo(() => paretoCosts(columns, sizes), [columns, sizes])
  const score = scores.includes(chosenScore) ? chosenScore : 'objective'
  const cost = costs.includes(chosenCost) ? chosenCost : 'time'
  const upright = useMemo(() => scoreAxis(columns, score), [columns, score])
  const horizontal = useMemo(() => costAxis(columns, cost, sizes), [columns, cost, sizes])
  const front = useMemo(() => paretoTrials(columns, inside, score, cost, sizes), [columns, inside, score, cost, sizes])
  const paintFront = usePaintFront(front, horizontal, upright)
  const scoreText = (one: ParetoScore) => (one === 'test' ? 'test accuracy' : columns.objective.label)
  return (
    <Panel
      title="Better against cheaper"
      actions={
        <>
          {scores.length > 1 && <Segments label="Vertical axis" value={score} options={scores.map((one) => ({ value: one, text: scoreText(one) }))} onChange={setScore} />}
          {costs.length > 1 && <Segments label="Horizontal axis" value={cost} options={costs.map((one) => ({ value: one, text: costTexts[one].toLowerCase() }))} onChange={setCost} />}
        </>
      }
    >
      <ScatterPlot {...plot} label={`${scoreText(score)} against the ${costTexts[cost].toLowerCase()} of a trial; ${front.length} trials on the Pareto front`} horizontal={horizontal} upright={upright} height={280} paintAbove={paintFront} />
      <p className="mt-1 text-xs text-muted">
        {front.length === 0 ? 'No finished trial yet.' : `${front.length} on the Pareto front: none is both better and ${costComparisons[cost]} than they are. ${cost === 'time' ? 'Time of a whole trial' : cost === 'epochs' ? 'Epochs trained' : 'Parameters of the model'}, along a logarithmic axis.`}
      </p>
    </Panel>
  )
}
