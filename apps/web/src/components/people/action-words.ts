/** What was done, in words; by the procedure that did it. */
const words: Readonly<Record<string, string>> = {
  'sweep.create': 'launched the sweep',
  'sweep.clone': 'cloned the sweep',
  'sweep.pause': 'paused the sweep',
  'sweep.resume': 'resumed the sweep',
  'sweep.cancel': 'cancelled the sweep',
  'sweep.extend': 'extended the sweep',
  'sweep.retry': 'retried what failed of the sweep',
  'sweep.setPriority': 'changed the priority of the sweep',
  'sweep.plan': 'had a sweep planned',
  'trial.retry': 'retried the trial',
  'trial.cancel': 'cancelled the trial',
  'trial.export': 'exported the trial',
  'import.create': 'began an import',
  'import.start': 'started the import',
  'import.cancel': 'cancelled the import',
  'model.registerWeights': 'added weights',
  'quickCheck.create': 'ran a quick check',
  'augmentationPreview.create': 'previewed an augmentation',
  'prediction.create': 'classified images',
  'person.add': 'added the person',
  'person.set': 'changed the person',
  'token.add': 'made a token',
  'token.revoke': 'revoked a token',
  'worker.drain': 'drained the worker',
  'worker.resume': 'resumed the worker',
}

/** Of one that has no words yet, the procedure's name. */
export const actionText = (action: string): string => words[action] ?? action
