-- By itself: a transaction that adds a value to an enum cannot use it.
ALTER TYPE "JobState" ADD VALUE 'paused';
ALTER TYPE "JobState" ADD VALUE 'pruned';
ALTER TYPE "JobState" ADD VALUE 'diverged';
ALTER TYPE "AttemptState" ADD VALUE 'paused';
ALTER TYPE "AttemptState" ADD VALUE 'pruned';
ALTER TYPE "AttemptState" ADD VALUE 'diverged';
