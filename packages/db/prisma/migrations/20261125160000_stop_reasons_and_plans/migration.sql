-- Why a search stopped a trial early; and a further kind of job, which asks the engine's planner.
ALTER TABLE "SweepTrial" ADD COLUMN     "stopReason" TEXT;
ALTER TABLE "Job" DROP CONSTRAINT "Job_kind_check";
ALTER TABLE "Job" ADD CONSTRAINT "Job_kind_check" CHECK ("kind" IN ('trial', 'import', 'quick-check', 'augmentation-preview', 'predict', 'export', 'plan'));
