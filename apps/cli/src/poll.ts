import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is final; `onAnswer` sees every one. @throws the signal's reason. */
export async function pollUntil<Answer>(ask: () => Promise<Answer>, isFinal: (answer: Answer) => boolean, onAnswer: (answer: Answer) => void, signal?: AbortSignal): Promise<Answer> {
  for (let pause = 100; ; pause = Math.min(1000, pause * 1.3)) {
    signal?.throwIfAborted()
    const answer = await ask()
    onAnswer(answer)
    if (isFinal(answer)) return answer
    await sleep(pause, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted())
  }
}
