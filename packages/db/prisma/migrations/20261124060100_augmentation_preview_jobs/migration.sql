-- A further kind of job.
ALTER TABLE "Job" DROP CONSTRAINT "Job_kind_check";
ALTER TABLE "Job" ADD CONSTRAINT "Job_kind_check" CHECK ("kind" IN ('trial', 'import', 'quick-check', 'augmentation-preview', 'predict', 'export'));
