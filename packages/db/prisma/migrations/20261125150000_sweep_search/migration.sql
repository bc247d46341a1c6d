-- States of a sweep, its search and its configurations. Sweeps of before get their state from their trials, and one configuration.

CREATE TYPE "SweepState" AS ENUM ('running', 'paused', 'finished', 'cancelled');
CREATE TYPE "ConfigurationState" AS ENUM ('running', 'finished', 'pruned', 'failed', 'diverged', 'cancelled');

ALTER TABLE "Sweep"
ADD COLUMN     "endedAt" TIMESTAMPTZ(3),
ADD COLUMN     "exhausted" TEXT,
ADD COLUMN     "forecast" JSONB,
ADD COLUMN     "pointsEach" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "priority" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "search" JSONB,
ADD COLUMN     "state" "SweepState" NOT NULL DEFAULT 'running',
ADD COLUMN     "versions" JSONB NOT NULL DEFAULT '[]';

UPDATE "Sweep" SET
  "pointsEach" = (SELECT count(*) FROM "SweepTrial" WHERE "sweepId" = "Sweep".id),
  "state" = (CASE WHEN "cancelledAt" IS NOT NULL THEN 'cancelled' WHEN open.jobs > 0 THEN 'running' ELSE 'finished' END)::"SweepState",
  "endedAt" = CASE WHEN "cancelledAt" IS NOT NULL THEN "cancelledAt" WHEN open.jobs > 0 THEN NULL ELSE COALESCE(open.ended, "createdAt") END
FROM (
  SELECT sweep.id, count(*) FILTER (WHERE job.state IN ('queued', 'running')) AS jobs, max(job."endedAt") AS ended
  FROM "Sweep" sweep LEFT JOIN "SweepTrial" member ON member."sweepId" = sweep.id LEFT JOIN "Trial" trial ON trial.id = member."trialId" LEFT JOIN "Job" job ON job.id = trial."jobId"
  GROUP BY sweep.id) open
WHERE open.id = "Sweep".id;

ALTER TABLE "Sweep" DROP COLUMN "cancelledAt";

CREATE TABLE "SweepConfiguration" (
    "sweepId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "parameters" JSONB NOT NULL,
    "recipeHash" TEXT NOT NULL,
    "state" "ConfigurationState" NOT NULL DEFAULT 'running',
    "value" DOUBLE PRECISION,
    "error" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SweepConfiguration_pkey" PRIMARY KEY ("sweepId","index")
);

INSERT INTO "SweepConfiguration" ("sweepId", "index", "parameters", "recipeHash", "state", "value", "createdAt")
SELECT sweep.id, 0, '{}', sweep."recipeHash",
  (CASE sweep."state" WHEN 'running' THEN 'running' WHEN 'cancelled' THEN 'cancelled' ELSE CASE WHEN results.done = results.all THEN 'finished' ELSE 'failed' END END)::"ConfigurationState",
  CASE WHEN results.done = results.all THEN results.value END, sweep."createdAt"
FROM "Sweep" sweep CROSS JOIN LATERAL (
  SELECT count(*) AS all, count(trial.summary) AS done, avg((trial.summary -> 'validation' ->> 'accuracy')::double precision) AS value
  FROM "SweepTrial" member JOIN "Trial" trial ON trial.id = member."trialId" WHERE member."sweepId" = sweep.id) results;

ALTER TABLE "SweepTrial" DROP CONSTRAINT "SweepTrial_pkey",
ADD COLUMN     "configurationIndex" INTEGER NOT NULL DEFAULT 0,
ADD CONSTRAINT "SweepTrial_pkey" PRIMARY KEY ("sweepId", "trialId", "configurationIndex");

CREATE TABLE "TrainingPlan" (
    "hash" TEXT NOT NULL,
    "jobId" TEXT NOT NULL,
    "memoryBytes" BIGINT,
    "words" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TrainingPlan_pkey" PRIMARY KEY ("hash")
);

CREATE INDEX "SweepConfiguration_sweepId_state_idx" ON "SweepConfiguration"("sweepId", "state");
CREATE INDEX "SweepConfiguration_recipeHash_idx" ON "SweepConfiguration"("recipeHash");
CREATE UNIQUE INDEX "TrainingPlan_jobId_key" ON "TrainingPlan"("jobId");
CREATE INDEX "Sweep_state_idx" ON "Sweep"("state");
CREATE INDEX "SweepTrial_sweepId_configurationIndex_idx" ON "SweepTrial"("sweepId", "configurationIndex");

ALTER TABLE "SweepConfiguration" ADD CONSTRAINT "SweepConfiguration_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "SweepConfiguration" ADD CONSTRAINT "SweepConfiguration_recipeHash_fkey" FOREIGN KEY ("recipeHash") REFERENCES "Recipe"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "SweepTrial" ADD CONSTRAINT "SweepTrial_sweepId_configurationIndex_fkey" FOREIGN KEY ("sweepId", "configurationIndex") REFERENCES "SweepConfiguration"("sweepId", "index") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TrainingPlan" ADD CONSTRAINT "TrainingPlan_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
