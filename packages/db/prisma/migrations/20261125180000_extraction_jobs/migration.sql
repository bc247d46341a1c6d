-- A further kind of job: shards of a large extraction of features, for workers that have nothing else to do.
ALTER TABLE "Job" DROP CONSTRAINT "Job_kind_check";
ALTER TABLE "Job" ADD CONSTRAINT "Job_kind_check" CHECK ("kind" IN ('trial', 'import', 'quick-check', 'augmentation-preview', 'predict', 'export', 'plan', 'extraction'));
