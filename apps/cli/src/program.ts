import { Command, CommanderError } from 'commander'
import { GraftError } from '@graft/contracts/errors'
import { addAuditCommand } from './commands/audit.ts'
import { addBackendsCommand } from './commands/backends.ts'
import { addCheckCommand } from './commands/check.ts'
import { addDatasetsCommand } from './commands/datasets.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addExportCommand } from './commands/export.ts'
import { addImportCommand } from './commands/import.ts'
import { addLeaderboardCommand } from './commands/leaderboard.ts'
import { addModelsCommand } from './commands/models.ts'
import { addPeopleCommand } from './commands/people.ts'
import { addPredictCommand } from './commands/predict.ts'
import { addRunCommand } from './commands/run.ts'
import { addStartCommand } from './commands/start.ts'
import { addStatusCommand } from './commands/status.ts'
import { addStorageCommand } from './commands/storage.ts'
import { addSweepCommand } from './commands/sweep.ts'
import { addTokensCommand } from './commands/tokens.ts'
import { addWorkerCommand } from './commands/worker.ts'
import { addWorkersCommand } from './commands/workers.ts'
import { registerAugmentCommand } from './local/augment.ts'
import { registerFeaturesCommand } from './local/features.ts'
import { registerTrainCommand } from './local/train.ts'

/** The command `graft` with all its parts. What is wrong with the command line is thrown as GraftError `invalid_input`. */
export function createProgram(): Command {
  const program = new Command('graft')
    .description('Transfer-learning studies: which pretrained network, which recipe, on which dataset, and is it really better?')
    .option('--server <address>', 'the Graft server (default: GRAFT_SERVER, or http://127.0.0.1:3000)')
    .option('--token <token>', 'access token (default: GRAFT_TOKEN, or the one that `npm start` wrote)')
    .option('--verbose', 'show where an error comes from')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride()
  for (const add of [
    addImportCommand,
    addDatasetsCommand,
    addModelsCommand,
    addCheckCommand,
    addRunCommand,
    addSweepCommand,
    addStatusCommand,
    addLeaderboardCommand,
    addPredictCommand,
    addExportCommand,
    registerTrainCommand,
    registerFeaturesCommand,
    registerAugmentCommand,
    addDoctorCommand,
    addBackendsCommand,
    addWorkerCommand,
    addWorkersCommand,
    addPeopleCommand,
    addTokensCommand,
    addAuditCommand,
    addStorageCommand,
    addStartCommand,
  ]) {
    add(program)
  }
  overrideExits(program)
  return program
}

/** Subcommands inherit neither setting when they are added with `command()` before it is made. */
function overrideExits(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride().configureOutput({ writeErr: () => undefined }).showSuggestionAfterError(false)
    overrideExits(child)
  }
}

/** What commander throws, as ours; null where it is no error (help was shown). */
export function fromCommander(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error
  if (error.exitCode === 0) return null
  const message = error.message.replace(/^error: /, '')
  return new GraftError('invalid_input', message.charAt(0).toUpperCase() + message.slice(1), {
    hint: 'Run `graft --help`, or `graft <command> --help`, to see what there is.',
  })
}
